import request from "supertest";
import { makeJob, succeed, type TestJob } from "../jobs.ts";
import { MINUTE, type SetUp } from "../set-up.ts";

type Reached = Pick<SetUp, "url">;

/** Says what a person knows of a job. */
export const settle = ({ url }: Reached, id: string, body: object | string) =>
	request(url).post(`/debug/jobs/${id}/settle`).type("json").send(body);

export const reopen = (
	{ url }: Reached,
	id: string,
	body: object | string = { reason: "the wrong file" },
) => request(url).post(`/debug/jobs/${id}/reopen`).type("json").send(body);

/** Has it reopened, and waits until it is. */
export async function reopenNow(
	bench: Pick<SetUp, "url" | "drain">,
	{ id }: { id: string },
): Promise<void> {
	await reopen(bench, id).expect(202);
	await bench.drain.once();
}

/** Two jobs of one segment, both completed: its field holds the newer one's file. */
export async function closeTwoOfOne(bench: SetUp) {
	const older = makeJob(bench, "combine", {}, 20 * MINUTE);
	await succeed(bench, older);
	await bench.drain.once();
	const link = { "Related Segment Video": [older.targetId] };
	const newer = makeJob(bench, "combine", link, 10 * MINUTE);
	await succeed(bench, newer);
	await bench.drain.once();
	return { older, newer };
}

export const retry = ({ url }: Reached, id: string) =>
	request(url).post(`/debug/jobs/${id}/retry`);

/** Has one recorded request taken again. */
export const replay = ({ url }: Reached, id: string) =>
	request(url).post(`/debug/webhooks/${id}/replay`);

/** Has many taken again. */
export const replayAll = ({ url }: Reached, body: object | string) =>
	request(url).post("/debug/webhooks/replay").type("json").send(body);

/** How each recorded request stands, oldest first. */
export async function endings({ inbox }: Pick<SetUp, "inbox">) {
	const recorded = await inbox.list({ limit: 200 });
	return recorded.toReversed().map(({ state, reason }) => [state, reason]);
}

/** The job's record. */
export const jobOf = (
	{ airtable }: Pick<SetUp, "airtable">,
	{ id }: { id: string },
) => airtable.get("Jobs", id);

/** The segment of a `combine` job. */
export const targetOf = (
	{ airtable }: Pick<SetUp, "airtable">,
	{ targetId }: TestJob,
) => airtable.get("Segments", targetId);

/** What was asked to be written into Airtable since it was last told. */
export function newWrites({ airtable }: Pick<SetUp, "airtable">): string[] {
	return airtable.calls
		.splice(0)
		.filter(({ method }) => method === "PATCH")
		.map(({ table, records }) => `${table} ${records}`);
}

/** Takes the oldest that waits, and buries it as one that cannot be settled. */
export async function buryNext({ inbox, clock }: SetUp): Promise<void> {
	const [claim] = await inbox.claim(1, clock.now());
	if (!claim) throw new Error("nothing waits");
	await inbox.end(new Map([[claim.id, { kind: "bury", reason: "poison" }]]));
}
