import type { AckTimes } from "../../ledger/ack-times.ts";
import { hourOf } from "../../ledger/hours.ts";
import type { Database } from "../database.ts";

/** How long acknowledgements took. */
export function createSqliteAckTimes(
	db: Database,
): AckTimes & { prune(before: number): void } {
	const add = db.prepare(`
		INSERT INTO ack_times (hour, bucket, total) VALUES ($hour, $bucket, $count)
		ON CONFLICT DO UPDATE SET total = total + $count`);
	const sums = db.prepare(`
		SELECT bucket, SUM(total) AS total FROM ack_times WHERE hour >= $hour GROUP BY bucket ORDER BY bucket`);
	const prune = db.prepare("DELETE FROM ack_times WHERE hour < $hour");

	return {
		async acknowledged(at, counts) {
			db.transaction(() => {
				for (const [bucket, count] of counts)
					add.run({ $hour: hourOf(at), $bucket: bucket, $count: count });
			});
		},
		async acknowledgements(since) {
			const rows = sums.all({ $hour: hourOf(since) });
			return new Map(
				rows.map(({ bucket, total }) => [bucket as number, total as number]),
			);
		},
		prune(before) {
			prune.run({ $hour: hourOf(before) });
		},
	};
}
