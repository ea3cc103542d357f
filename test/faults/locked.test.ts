import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Campaign, startCampaign } from "./campaign.ts";
import { createChance, FAULT_ROUNDS, FAULT_SEED, tell } from "./rounds.ts";
import { countsOf, NOTHING_WRONG } from "./verify.ts";

const HOLD = join(import.meta.dirname, "hold-database.ts");
/** A fault comes after so many more acknowledgements at most. */
const MOST_BETWEEN = 80;
/** So often it is asked whether the program is well while its database is another's: within five seconds, by far. */
const ASKED = 8;

/** Another process takes the database. @returns what has it let go */
async function hold({ env }: Campaign): Promise<() => Promise<void>> {
	const file = join(String(env.DATA_DIR), "inbox.db");
	const other = spawn(process.execPath, [HOLD, file], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	onTestFinished(() => void other.kill("SIGKILL"));
	const ended = once(other, "exit");
	await once(other.stdout, "data");
	return async () => {
		other.stdin.end();
		expect(await ended).toEqual([0, null]);
	};
}

/** A signed URL is in no line of the log; of a failure's own words it can be a part. */
const withoutSignatures = (body: string) =>
	body.replaceAll(/\?X-Signature=\w+/g, "");

async function healthOf(campaign: Campaign): Promise<number> {
	return (await fetch(`${campaign.running().url}/health`)).status;
}

test("while another process has the database senders wait, and nobody else does", async () => {
	const campaign = await startCampaign();
	const chance = createChance();
	await campaign.start();
	const flood = campaign.flood();
	const healths: number[] = [];

	for (let nth = 0; nth < FAULT_ROUNDS; nth += 1) {
		await flood.more(1 + Math.floor(chance() * MOST_BETWEEN));
		const letGo = await hold(campaign);
		for (let asked = 0; asked < ASKED; asked += 1)
			healths.push(await healthOf(campaign));
		await letGo();
	}
	const verdict = await campaign.verify(await flood.end());

	tell("the database locked by another process, for a moment, in a flood", {
		tried: FAULT_ROUNDS,
		seed: FAULT_SEED,
		...countsOf(verdict),
	});
	expect(verdict).toMatchObject({
		...NOTHING_WRONG,
		refused: 0,
		unanswered: 0,
	});
	expect(new Set(healths)).toEqual(new Set([200]));
});

test("while it has it for long, webhooks are refused with 503, and stand in the log", async () => {
	const campaign = await startCampaign();
	const program = await campaign.start();
	const flood = campaign.flood();
	const refused = () =>
		flood.sent.filter(({ answer }) => answer.kind === "refused");

	await flood.more(20);
	const letGo = await hold(campaign);
	await vi.waitFor(() => expect(refused().length).toBeGreaterThan(0), {
		timeout: 30_000,
	});
	await letGo();
	await flood.more(20);
	const sent = await flood.end();
	const verdict = await campaign.verify(sent);

	tell("the database locked by another process, for long, in a flood", {
		tried: 1,
		...countsOf(verdict),
	});
	expect(verdict).toMatchObject({ ...NOTHING_WRONG, unanswered: 0 });
	for (const { job, answer } of refused()) {
		expect(answer).toEqual({ kind: "refused", status: 503 });
		expect(program.lines).toContainEqual(
			expect.objectContaining({
				msg: "webhook refused",
				job_id: job.id,
				body: withoutSignatures(job.body),
			}),
		);
	}
});
