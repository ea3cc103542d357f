import { onTestFinished } from "vitest";
import { createLog } from "../../src/log.ts";
import { createParts } from "../../src/wiring/parts.ts";
import type { SetUp } from "../set-up.ts";
import { closeOne, dropOne } from "../settle/read-backs.ts";
import { createTicker } from "../ticker.ts";
import { reopen } from "./by-hand.ts";

export const detailsOf = (bench: SetUp, id: string) =>
	bench.airtable.get("Jobs", id)["Error Details"];
export const statusOf = (bench: SetUp, id: string) =>
	bench.airtable.get("Jobs", id).Status;
export async function closeAndGiveUp(bench: SetUp) {
	const job = await closeOne(bench);
	for (let n = 0; n < 4; n += 1) await dropOne(bench);
	return job;
}
export async function partsOn({ config, clock }: SetUp, dir: string) {
	const world = {
		now: clock.now,
		monotonic: clock.now,
		random: () => 0,
		every: createTicker().every,
		sleep: async (ms: number) => clock.advance(Math.ceil(ms)),
	};
	const log = await createLog({ level: "fatal", write: () => {} });
	const parts = await createParts({ ...config, DATA_DIR: dir }, log, world);
	onTestFinished(parts.close);
	return parts;
}
export async function reopenNow(bench: SetUp, id: string) {
	await reopen(bench, id).expect(202);
	await bench.drain.once();
}
