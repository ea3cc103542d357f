import type { Job } from "../../airtable/job-record.ts";
import type { Records } from "../../airtable/records.ts";
import { inGroups } from "../../poll/in-groups.ts";
import type { Sight } from "../../poll/look.ts";
import type { Subject } from "../../poll/subject.ts";
import { subjectsOf } from "../../poll/subjects.ts";
import type { Head, HeadObject } from "../../probe/spaces.ts";

type Needs = {
	records: Pick<Records, "find" | "jobsInStatus">;
	heads: () => HeadObject;
	look: (subject: Subject, head: HeadObject) => Promise<Sight>;
	isNcaConfigured: boolean;
	statuses: readonly string[];
	timeoutMs: number;
	now: () => number;
};

/** A job, where it was looked for, and what came of it. */
export type Looked = {
	job: Job;
	heads: Head[];
	/** Whether a round would close it by its file. */
	recovered: "yes" | "no" | "unknown" | "foreign";
	why: string;
};

/**
 * Looks for the files of every stuck job, as a round does, or of one job, stuck or not; null: no one record bears that id.
 * @throws Transient where Airtable cannot be asked
 */
export function createLookAll(needs: Needs) {
	const { records, look, statuses, timeoutMs, now } = needs;

	async function listed(): Promise<Job[]> {
		const pages = records.jobsInStatus(statuses, now() - timeoutMs);
		return (await Array.fromAsync(pages)).flat();
	}

	async function lookAt(subject: Subject, job: Job, head: HeadObject) {
		const asked: Promise<Head>[] = [];
		const sight = await look(subject, (object) => {
			const one = head(object);
			asked.push(one);
			return one;
		});
		const heads = await Promise.all(asked);
		return { job, heads, ...verdict(needs, job, sight) };
	}

	return async function lookAll(id: string | null): Promise<Looked[] | null> {
		const one = id === null ? null : await records.find(id);
		if (id !== null && one === null) return null;
		const jobs = one ? [one] : await listed();
		// What the ledger knows of them is the running program's.
		const { subjects, left } = await subjectsOf(
			{ stuckRuns: async () => new Map() },
			jobs,
		);
		const head = needs.heads();
		const byId = new Map(jobs.map((job) => [job.id, job]));
		const looked = await inGroups(subjects, async (subject) => {
			const job = byId.get(subject.job.id);
			return job ? [await lookAt(subject, job, head)] : [];
		});
		const others = left.flatMap(({ job_id, verdict, why }): Looked[] => {
			const job = byId.get(job_id);
			const recovered = verdict === "foreign" ? "foreign" : "no";
			return job ? [{ job, heads: [], recovered, why }] : [];
		});
		return [...looked.flat(), ...others];
	};
}

function verdict(
	{ isNcaConfigured, statuses, timeoutMs, now }: Needs,
	job: Job,
	sight: Sight,
): Pick<Looked, "recovered" | "why"> {
	const { kind } = sight;
	if (kind === "unknown")
		return { recovered: "unknown", why: "Spaces could not say" };
	if (!statuses.includes(job.status))
		return { recovered: "no", why: `its Status is ${job.status || "empty"}` };
	if (kind === "absent")
		return {
			recovered: "no",
			why: isNcaConfigured ? "no file; a round asks NCA" : "no file",
		};
	if (now() - job.createdAt < timeoutMs)
		return { recovered: "no", why: "it is too young to be stuck" };
	if (kind === "found") return { recovered: "yes", why: "its file is there" };
	return sight.head !== null && !isNcaConfigured
		? { recovered: "yes", why: "most likely its only file" }
		: {
				recovered: "unknown",
				why: "there may be more files: NCA must say",
			};
}
