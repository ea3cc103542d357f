import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { createClock, MINUTE } from "../set-up.ts";
import { type Campaign, startCampaign } from "./campaign.ts";
import type { Sent } from "./flood.ts";
import { isSettled, makeTrueJob } from "./outside/jobs.ts";
import { FAULT_ROUNDS, FAULT_SECONDS, tell } from "./rounds.ts";
import { countsOf, NOTHING_WRONG } from "./verify.ts";
import { watchProcess } from "./watch-process.ts";

const PER_SECOND = 200;
/** The smallest machine that it must run on has so much, MB. */
const MACHINE_MB = 256;
/** From then on a process that leaks is told from one that warms up, seconds. */
const LONG_SECONDS = 60;
/** Connections to Airtable and Spaces that are kept for the next request. */
const KEPT_HANDLES = 20;
const STUCK = 50;

vi.setConfig({ testTimeout: 120_000 + 20_000 * FAULT_SECONDS });

/** Posts so many webhooks a second, whatever becomes of those before. */
async function postSteadily(
	campaign: Campaign,
	perSecond: number,
	seconds: number,
): Promise<Sent[]> {
	const posts: Promise<Sent>[] = [];
	const began = performance.now();
	while (posts.length < perSecond * seconds) {
		const due = ((performance.now() - began) / 1000) * perSecond;
		while (posts.length < Math.min(due, perSecond * seconds))
			posts.push(campaign.post());
		await pause(5);
	}
	return Promise.all(posts);
}

type Recorded = { status: string; received_at: string };

/** What is recorded of each, those that came last first. */
async function recordsOf(
	{ running }: Campaign,
	sent: readonly Sent[],
): Promise<Recorded[]> {
	const records: Recorded[] = [];
	for (const { answer } of sent.toReversed()) {
		if (answer.kind !== "acknowledged") continue;
		const path = `/debug/webhooks/${answer.deliveryId}`;
		const response = await fetch(`${running().url}${path}`);
		records.push((await response.json()) as Recorded);
	}
	return records;
}

/** Those that wait though a later one is done. What came later was asked for earlier, so none is overtaken meanwhile. */
function overtaken(records: readonly Recorded[]): Recorded[] {
	let done = "";
	const late: Recorded[] = [];
	for (const one of records) {
		if (one.status === "done" && one.received_at > done) done = one.received_at;
		if (one.status === "accepted" && one.received_at < done) late.push(one);
	}
	return late;
}

const mean = (all: readonly number[]) =>
	all.reduce((sum, one) => sum + one, 0) / all.length;

test("at 200 webhooks a second none is refused, what is not settled waits in its order, and neither memory nor handles grow", async () => {
	const campaign = await startCampaign({
		env: { AIRTABLE_REQUESTS_PER_SECOND: "5" },
	});
	const world = { ...campaign, clock: createClock(Date.now()) };
	const stuck = Array.from({ length: STUCK }, (_, nth) =>
		makeTrueJob(world, nth, "completed", 10 * MINUTE),
	);
	const program = await campaign.start();
	const { end, handles } = watchProcess(program.pid);
	const before = handles();

	const round = fetch(`${program.url}/debug/check-stuck-jobs`, {
		method: "POST",
	});
	const sent = await postSteadily(campaign, PER_SECOND, FAULT_SECONDS);
	const { status } = await round;
	const memory = end();
	await vi.waitFor(
		async () =>
			expect(await recordsOf(campaign, sent.slice(0, 1))).toMatchObject([
				{ status: "done" },
			]),
		{ timeout: 60_000, interval: 100 },
	);
	const records = await recordsOf(campaign, sent);
	await vi.waitFor(
		() => expect(handles()).toBeLessThan(before + KEPT_HANDLES),
		{
			timeout: 30_000,
		},
	);
	await campaign.stop("SIGTERM");
	await campaign.start({ AIRTABLE_REQUESTS_PER_SECOND: "1000" });
	const withinMs = 60_000 + 10_000 * FAULT_SECONDS;
	const verdict = await campaign.verify(sent, { withinMs });

	const third = Math.ceil(memory.length / 3);
	const warm = mean(memory.slice(third, 2 * third));
	const last = mean(memory.slice(2 * third));
	tell(`${PER_SECOND} webhooks a second`, {
		seconds: FAULT_SECONDS,
		"memory at the most, MB": Math.max(...memory).toFixed(0),
		"second third": warm.toFixed(0),
		"last third": last.toFixed(0),
		"done meanwhile": records.filter(({ status }) => status === "done").length,
		"longest answer, ms": Math.max(...sent.map(({ ms }) => ms)).toFixed(0),
		...countsOf(verdict),
	});
	expect(status).toBe(200);
	expect(verdict).toMatchObject({
		...NOTHING_WRONG,
		refused: 0,
		unanswered: 0,
		acknowledged: PER_SECOND * FAULT_SECONDS,
	});
	expect(records.map(({ status }) => status)).toContain("accepted");
	expect(overtaken(records)).toEqual([]);
	await vi.waitFor(
		() => expect(stuck.filter((job) => !isSettled(campaign, job))).toEqual([]),
		{ timeout: 60_000, interval: 100 },
	);
	expect(Math.max(...memory)).toBeLessThan(MACHINE_MB);
	if (FAULT_SECONDS >= LONG_SECONDS) expect(last).toBeLessThan(warm * 1.15);
});

test("hundreds that come at once are all taken and answered, by the same process", async () => {
	const campaign = await startCampaign();
	const program = await campaign.start();
	const { end } = watchProcess(program.pid);
	const count = 250 * FAULT_ROUNDS;

	const sent = await Promise.all(
		Array.from({ length: count }, () => campaign.post()),
	);
	const most = Math.max(...end());
	const verdict = await campaign.verify(sent, { withinMs: 300_000 });

	tell("webhooks at once, each on a connection of its own", {
		count,
		"longest answer, ms": Math.max(...sent.map(({ ms }) => ms)).toFixed(0),
		"memory at the most, MB": most.toFixed(0),
		...countsOf(verdict),
	});
	expect(verdict).toMatchObject({
		...NOTHING_WRONG,
		acknowledged: count,
	});
	expect(most).toBeLessThan(MACHINE_MB);
});
