import { faultFields, Transient } from "../errors.ts";
import {
	asNcaJobId,
	asRecordId,
	type NcaJobId,
	type RecordId,
} from "../job.ts";
import type { Log } from "../log.ts";
import { operations, type TargetTable } from "../operations.ts";
import { createdBefore, fieldIn, idIn } from "./formula.ts";
import type { AirtableRecord, Gateway, Query } from "./gateway.ts";
import { asJob, JOB_FIELDS, type Job } from "./job-record.ts";
import { asTarget, type Target } from "./target-record.ts";

/** As many as one page of a list holds. */
const PAGE = 100;

/** Reads records in our words, in as few calls as there can be. Every method throws Transient. */
export type Records = {
	jobs(ids: readonly RecordId[]): Promise<Job[]>;
	/** The jobs whose `External Job ID` is one of these. */
	jobsOfRuns(ids: readonly NcaJobId[]): Promise<Job[]>;
	/** The one job that bears an id, the record's own or NCA's; null where there is none, or are several. */
	find(id: string): Promise<Job | null>;
	/** The jobs that bear one of these ids, of either kind, in one call: together at most 100. */
	bearers(ids: readonly RecordId[], runs: readonly NcaJobId[]): Promise<Job[]>;
	/** The jobs in one of the statuses that were made before `before`, ms since the epoch. */
	jobsInStatus(statuses: readonly string[], before: number): Promise<Job[]>;
	targets(table: TargetTable, ids: readonly RecordId[]): Promise<Target[]>;
};

type Needs = { gateway: Pick<Gateway, "list">; log: Log };

export function createRecords({ gateway, log }: Needs): Records {
	/** Tables of this base without a field that we ask for: of those all fields are read. */
	const lacking = new Set<string>();

	async function list(query: Query): Promise<AirtableRecord[]> {
		try {
			const fields = lacking.has(query.table) ? null : query.fields;
			return await gateway.list({ ...query, fields });
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
			return gateway.list({ ...query, fields: null });
		}
	}

	async function inPages<Id extends string>(
		query: Omit<Query, "formula">,
		ids: readonly Id[],
		formula: (some: readonly Id[]) => string,
	): Promise<AirtableRecord[]> {
		const distinct = [...new Set(ids)];
		const pages: Promise<AirtableRecord[]>[] = [];
		for (let at = 0; at < distinct.length; at += PAGE) {
			const some = distinct.slice(at, at + PAGE);
			pages.push(list({ ...query, formula: formula(some) }));
		}
		return (await Promise.all(pages)).flat();
	}

	const jobs = { table: "Jobs", fields: JOB_FIELDS };

	async function jobsById(ids: readonly RecordId[]): Promise<Job[]> {
		return (await inPages(jobs, ids, idIn)).map(asJob);
	}

	async function jobsOfRuns(ids: readonly NcaJobId[]): Promise<Job[]> {
		const found = await inPages(jobs, ids, (some) =>
			fieldIn("External Job ID", some),
		);
		return found.map(asJob);
	}

	return {
		jobs: jobsById,
		jobsOfRuns,
		async find(id) {
			const jobId = asRecordId(id);
			const ncaJobId = asNcaJobId(id);
			const found = jobId
				? await jobsById([jobId])
				: await jobsOfRuns(ncaJobId ? [ncaJobId] : []);
			const [job, ...more] = found;
			return job !== undefined && more.length === 0 ? job : null;
		},
		async bearers(ids, runs) {
			const formulas = [
				...(ids.length > 0 ? [idIn(ids)] : []),
				...(runs.length > 0 ? [fieldIn("External Job ID", runs)] : []),
			];
			const [first, second] = formulas;
			if (first === undefined) return [];
			const formula = second ? `OR(${first},${second})` : first;
			return (await list({ ...jobs, formula })).map(asJob);
		},
		async jobsInStatus(statuses, before) {
			const formula = `AND(${fieldIn("Status", statuses)},${createdBefore(before)})`;
			return (await list({ ...jobs, formula })).map(asJob);
		},
		async targets(table, ids) {
			const found = await inPages(
				{ table, fields: targetFields(table) },
				ids,
				idIn,
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
