import { faultFields, Transient } from "../errors.ts";
import {
	asNcaJobId,
	asRecordId,
	type NcaJobId,
	type RecordId,
} from "../job.ts";
import type { Log } from "../log.ts";
import { operations, type TargetTable } from "../operations.ts";
import type { AirtableRecord } from "./answers.ts";
import { createdBefore, either, equals, isRecord } from "./formula.ts";
import type { Gateway } from "./gateway.ts";
import { asJob, JOB_FIELDS, type Job } from "./job-record.ts";
import type { Query } from "./requests.ts";
import { asTarget, type Target } from "./target-record.ts";

/** As many as one page of a list holds. */
const PAGE = 100;

/** Reads records in our words, in as few calls as there can be. Every method throws Transient. */
export type Records = {
	jobs(ids: readonly RecordId[]): Promise<Job[]>;
	/** The one job that bears an id, the record's own or NCA's; null where there is none, or are several. */
	find(id: string): Promise<Job | null>;
	/** The jobs that bear one of these ids, their own or NCA's. */
	bearers(ids: readonly RecordId[], runs: readonly NcaJobId[]): Promise<Job[]>;
	/** The jobs in one of the statuses that were made before `before`, ms since the epoch; page by page. */
	jobsInStatus(
		statuses: readonly string[],
		before: number,
	): AsyncIterable<Job[]>;
	targets(table: TargetTable, ids: readonly RecordId[]): Promise<Target[]>;
};

type Needs = { gateway: Pick<Gateway, "pages">; log: Log };

/** Reads through the gateway. A field that a base lacks costs itself alone, with a warning. */
export function createRecords({ gateway, log }: Needs): Records {
	/** Tables of this base without a field that we ask for: of those all fields are read. */
	const lacking = new Set<string>();

	async function* pagesOf(query: Query): AsyncGenerator<AirtableRecord[]> {
		try {
			const fields = lacking.has(query.table) ? null : query.fields;
			yield* gateway.pages({ ...query, fields });
		} catch (error) {
			if (
				!(error instanceof Transient) ||
				error.code !== "UNKNOWN_FIELD_NAME"
			) {
				throw error;
			}
			log.warn(
				{ table: query.table, ...faultFields(error) },
				"airtable lacks a field",
			);
			lacking.add(query.table);
			yield* gateway.pages({ ...query, fields: null });
		}
	}

	async function list(query: Query): Promise<AirtableRecord[]> {
		return (await Array.fromAsync(pagesOf(query))).flat();
	}

	/** All records for which one of the conditions holds. */
	async function anyOf(
		query: Omit<Query, "formula">,
		conditions: readonly string[],
	): Promise<AirtableRecord[]> {
		const distinct = [...new Set(conditions)];
		const pages: Promise<AirtableRecord[]>[] = [];
		for (let at = 0; at < distinct.length; at += PAGE) {
			const some = distinct.slice(at, at + PAGE);
			pages.push(list({ ...query, formula: either(some) }));
		}
		return (await Promise.all(pages)).flat();
	}

	const jobs = { table: "Jobs", fields: JOB_FIELDS };

	async function bearers(
		ids: readonly RecordId[],
		runs: readonly NcaJobId[],
	): Promise<Job[]> {
		const found = await anyOf(jobs, [
			...ids.map(isRecord),
			...runs.map((run) => equals("External Job ID", run)),
		]);
		// Asked for by both ids, in two pages, it is still one job.
		return [...new Map(found.map((one) => [one.id, one])).values()].map(asJob);
	}

	return {
		jobs: (ids) => bearers(ids, []),
		bearers,
		async find(id) {
			const jobId = asRecordId(id);
			const ncaJobId = asNcaJobId(id);
			const runs = ncaJobId && !jobId ? [ncaJobId] : [];
			const [job, ...more] = await bearers(jobId ? [jobId] : [], runs);
			return job !== undefined && more.length === 0 ? job : null;
		},
		async *jobsInStatus(statuses, before) {
			const isIn = either(statuses.map((status) => equals("Status", status)));
			const formula = `AND(${isIn},${createdBefore(before)})`;
			for await (const page of pagesOf({ ...jobs, formula }))
				yield page.map(asJob);
		},
		async targets(table, ids) {
			const found = await anyOf(
				{ table, fields: targetFields(table) },
				ids.map(isRecord),
			);
			return found.map(asTarget);
		},
	};
}

/** `Videos` may have no `Status`: it is read only where an operation writes it. */
function targetFields(table: TargetTable): string[] {
	const rows = Object.values(operations).filter((row) => row.table === table);
	const attachments = rows.map((row) => row.attachment);
	return rows.some((row) => "completed" in row)
		? [...attachments, "Status"]
		: attachments;
}
