import request from "supertest";
import type { SetUp } from "../set-up.ts";

type Reached = Pick<SetUp, "url">;

/** Says what a person knows of a job. */
export const settle = ({ url }: Reached, id: string, body: object | string) =>
	request(url).post(`/debug/jobs/${id}/settle`).type("json").send(body);

export const reopen = (
	{ url }: Reached,
	id: string,
	body: object | string = { reason: "the wrong file" },
) => request(url).post(`/debug/jobs/${id}/reopen`).type("json").send(body);

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
