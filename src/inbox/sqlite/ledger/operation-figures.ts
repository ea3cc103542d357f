import {
	EXPECTED_MS,
	type ExpectedWebhooks,
	type OperationFigures,
} from "../../ledger/expected.ts";
import { percentiles, SAMPLE } from "../../ledger/percentiles.ts";
import type { Database, Row } from "../database.ts";

/** How the webhooks of each operation came. */
export function createSqliteOperationFigures(
	db: Database,
): Pick<ExpectedWebhooks, "operationFigures"> {
	const figures = db.prepare(`
		SELECT operation, COUNT(*) AS expected, COUNT(arrived_at) AS arrived,
			COUNT(*) FILTER (WHERE arrived_at > expected_at + $patience) AS late,
			AVG(arrived_at - expected_at - $patience) FILTER (WHERE arrived_at > expected_at + $patience) AS late_ms,
			COUNT(*) FILTER (WHERE arrived_at IS NULL AND expected_at < $now - ${EXPECTED_MS}) AS never
		FROM expected WHERE expected_at >= $since GROUP BY operation ORDER BY operation`);
	const sample = db.prepare(`
		SELECT work_seconds FROM expected WHERE operation = $operation AND work_seconds IS NOT NULL
		ORDER BY expected_at DESC LIMIT ${SAMPLE}`);

	function secondsOf(operation: string): number[] {
		const rows = sample.all({ $operation: operation });
		return rows.map((row) => row.work_seconds as number);
	}

	return {
		async operationFigures(since, now, patienceMs) {
			return figures
				.all({ $since: since, $now: now, $patience: patienceMs })
				.map((row) => ({
					...asFigures(row),
					...percentiles(secondsOf(row.operation as string)),
				}));
		},
	};
}

function asFigures(
	row: Row,
): Omit<OperationFigures, "p50Seconds" | "p99Seconds"> {
	const lateMs = row.late_ms as number | null;
	return {
		operation: row.operation as string,
		expected: row.expected as number,
		arrived: row.arrived as number,
		late: row.late as number,
		averageLateSeconds: lateMs === null ? null : lateMs / 1000,
		neverArrived: row.never as number,
	};
}
