import { expect } from "vitest";
import type { World } from "./campaign.ts";
import { isSettled } from "./jobs.ts";

export type Verdict = Awaited<ReturnType<typeof verify>>;

/** The second pass: asks for every single one. */
export async function verify(world: World) {
	const { sent, others, inbox, audit } = world;
	const shelved = await shelvedIn(world);
	const lost: string[] = [];
	for (const { job, deliveryId } of sent) {
		const state = (await inbox.get(deliveryId))?.state;
		if (state !== "done" || !isSettled(world, job))
			lost.push(`${job.id}: its delivery is ${state}`);
	}
	const notFound = others
		.filter((job) => !isSettled(world, job))
		.map(({ id, ends }) => `${id}: ${ends}`);
	const { status: health } = await fetch(`${world.url}/health`);
	return {
		acknowledged: sent.length,
		refused: world.refused(),
		lost,
		notFound,
		wrong: audit.wrong,
		twice: audit.twice,
		shelved,
		health,
	};
}

/** What is given up, for now or for good. */
export async function shelvedIn({
	inbox,
}: Pick<World, "inbox">): Promise<string[]> {
	const states = ["parked", "buried", "refused"] as const;
	const lists = await Promise.all(
		states.map((state) => inbox.list({ state, limit: 100 })),
	);
	return lists.flat().map(({ id, state }) => `${id}: ${state}`);
}

/** What it must come to, whatever failed. */
export const ALL_RIGHT = {
	refused: 0,
	lost: [],
	notFound: [],
	wrong: [],
	twice: [],
	shelved: [],
	health: 200,
};

export function expectAllRight(world: World, verdict: Verdict): void {
	expect(verdict).toMatchObject(ALL_RIGHT);
	expect(world.met(), "the fault was met").toBeGreaterThan(0);
	expect(verdict.acknowledged).toBeGreaterThan(0);
}
