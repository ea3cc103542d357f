import { cpSync } from "node:fs";
import { onTestFinished } from "vitest";
import { createLog } from "../../src/log.ts";
import { createParts, type Parts } from "../../src/wiring/parts.ts";
import { type SetUp, temporaryFolder } from "../set-up.ts";
import { createTicker } from "../ticker.ts";

/** The program started anew, on what one that is killed at this moment leaves on its disk. */
export async function restart({ config, clock }: SetUp): Promise<Parts> {
	const dir = temporaryFolder();
	cpSync(config.DATA_DIR, dir, { recursive: true });
	return partsOn({ config, clock }, dir);
}

/** The program on what is in this folder. */
export async function partsOn(
	{ config, clock }: Pick<SetUp, "config" | "clock">,
	dir: string,
): Promise<Parts> {
	const log = await createLog({ level: "fatal", write: () => {} });
	const world = {
		now: clock.now,
		monotonic: clock.now,
		random: () => 0,
		every: createTicker().every,
		sleep: async (ms: number) => clock.advance(Math.ceil(ms)),
	};
	const parts = await createParts({ ...config, DATA_DIR: dir }, log, world);
	onTestFinished(parts.close);
	return parts;
}
