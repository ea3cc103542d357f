import { randomUUID } from "node:crypto";
import { fileOf, floodJob } from "./webhooks.ts";
import type { World } from "./world.ts";

/** A job of `combine`, whose target is its own. */
export type BenchJob = {
	id: string;
	ncaJobId: string;
	targetId: string;
	/** Where its file stands. */
	url: string;
};

type Places = Pick<World, "airtable" | "spaces">;

/** Stuck, and due in each round, ms. */
const AGE_MS = 10 * 60_000;

/** Stuck jobs whose files are there; their ids are nobody else's. */
export function makeStuckJobs(places: Places, count: number): BenchJob[] {
	const createdTime = new Date(Date.now() - AGE_MS).toISOString();
	return Array.from({ length: count }, () => {
		const [id, targetId, ncaJobId] = [recordId(), recordId(), randomUUID()];
		return makeJob(places, { id, targetId, ncaJobId }, { createdTime });
	});
}

/** The first jobs that a flood speaks of, as the engine has them when NCA is done. */
export function makeFloodJobs(places: Places, count: number): void {
	for (let n = 0; n < count; n += 1) makeJob(places, floodJob(n), {});
}

function makeJob(
	{ airtable, spaces }: Places,
	ids: Omit<BenchJob, "url">,
	created: { createdTime?: string },
): BenchJob {
	const { id, targetId, ncaJobId } = ids;
	airtable.create("Segments", { Status: "Combining Media" }, { id: targetId });
	const fields = {
		Type: "combine",
		Status: "processing",
		"External Job ID": ncaJobId,
		"Webhook URL": `https://engine.example/webhooks/nca-toolkit?job_id=${id}&operation=combine`,
		"Request Payload": `{'record_id': '${targetId}', 'webhook': True}`,
		"Related Segment Video": [targetId],
	};
	airtable.create("Jobs", fields, { id, ...created });
	return { ...ids, url: spaces.put(fileOf(ids), 64) };
}

function recordId(): string {
	return `rec${randomUUID().replaceAll("-", "").slice(0, 14)}`;
}
