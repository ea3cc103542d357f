import { EventEmitter, once } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { startService } from "../../src/service.ts";
import { makeJob, succeed } from "../jobs.ts";
import { isProgram } from "../leaks/tap.ts";
import { startStandIns } from "../process/stand-ins.ts";
import { MINUTE, START, setUp } from "../set-up.ts";
import { statusOf } from "./rounds.ts";

/** The drain waits so long for company, ms. */
const COMPANY_MS = 250;
const completed = ({ Status }: Record<string, unknown>) =>
	Status === "completed";

/** The whole service, with chores of its own, on stand-ins; its time passes when it is told to. */
async function setUpService(more: Record<string, string> = {}) {
	const { airtable, spaces, env } = await startStandIns({}, more);
	const listings: string[] = [];
	airtable.fault((req, _res, next) => {
		const asked = decodeURIComponent(req.url);
		if (asked.includes("{Status}")) listings.push(asked);
		next();
	});
	const said: string[] = [];
	const heard = new EventEmitter();
	const log = await createLog({
		level: "info",
		write(line) {
			const { msg } = JSON.parse(line);
			said.push(msg);
			heard.emit(msg);
		},
	});
	vi.useFakeTimers({
		now: START,
		toFake: ["Date", "setTimeout", "clearTimeout"],
	});
	onTestFinished(() => void vi.useRealTimers());

	const start = async () => {
		const service = await startService(
			loadConfig(env, () => false),
			log,
		);
		isProgram(service.url);
		let stopped: Promise<void> | undefined;
		const stop = () => {
			stopped ??= service.stop();
			return stopped;
		};
		onTestFinished(stop);
		return { url: service.url, stop };
	};
	const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
	return { airtable, spaces, listings, said, heard, start, pass };
}

test("a file that comes after the round at the start is found by a later one, without anyone asking", async () => {
	const bench = await setUpService();
	const job = makeJob(bench, "combine", {}, 10 * MINUTE);
	const first = once(bench.heard, "poll round ended");
	await bench.start();
	await first;
	bench.spaces.put(job.file, 10);

	const second = once(bench.heard, "poll round ended");
	await bench.pass(2 * MINUTE);
	await second;
	await bench.pass(COMPANY_MS);
	await bench.airtable.until("Jobs", job.id, completed);

	expect(bench.listings).toHaveLength(2);
});

test("with ENABLE_JOB_POLLING=false no round runs by itself, not even at the start, and a webhook still closes its job", async () => {
	const bench = await setUpService({ ENABLE_JOB_POLLING: "false" });
	const stuck = makeJob(bench, "combine", {}, 10 * MINUTE);
	bench.spaces.put(stuck.file, 10);
	const job = makeJob(bench, "concatenate");

	const { url, stop } = await bench.start();
	await bench.pass(30 * MINUTE);
	await succeed({ ...bench, url }, job).expect(200);
	await bench.pass(COMPANY_MS);
	await bench.airtable.until("Jobs", job.id, completed);
	await stop();

	expect(bench.listings).toEqual([]);
	expect(bench.said.filter((msg) => msg.startsWith("poll round"))).toEqual([]);
	expect(statusOf(bench, stuck)).toBe("processing");
});

test("with POLLING_INTERVAL_MINUTES=7 a round runs each seven minutes", async () => {
	const bench = await setUp({ POLLING_INTERVAL_MINUTES: "7" });
	const ran: number[] = [];

	for (let minute = 0; minute <= 30; minute += 1) {
		const before = bench.said("poll round ended").length;
		await bench.poll.roundIfDue();
		if (bench.said("poll round ended").length > before) ran.push(minute);
		bench.clock.advance(MINUTE);
	}

	expect(ran).toEqual([0, 7, 14, 21, 28]);
});
