import { expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "../../src/log.ts";
import { type Chore, createSchedule } from "../../src/poll/schedule.ts";
import type { LogLine } from "../../src/sandbox/program.ts";
import { MINUTE, START } from "../set-up.ts";

/** A schedule that has started; its minutes pass when they are told to. */
async function setUp(...chores: Chore[]) {
	vi.useFakeTimers({ now: START });
	onTestFinished(() => void vi.useRealTimers());
	const lines: LogLine[] = [];
	const log = await createLog({
		level: "info",
		write: (line) => lines.push(JSON.parse(line)),
	});
	const schedule = createSchedule(chores, log);
	onTestFinished(schedule.stop);
	schedule.start();
	const pass = (minutes: number) =>
		vi.advanceTimersByTimeAsync(minutes * MINUTE);
	return { ...schedule, lines, pass };
}

/** A chore that notes when it was begun, in minutes from the start. */
function noted(name: string, run: () => Promise<unknown> = async () => {}) {
	const begun: number[] = [];
	const chore: Chore = {
		name,
		async run() {
			begun.push((Date.now() - START) / MINUTE);
			await run();
		},
	};
	return { ...chore, begun };
}

test("a chore is done at once, and then each minute", async () => {
	const chore = noted("poll round");
	const { pass, lines } = await setUp(chore);

	await pass(3);

	expect(chore.begun).toEqual([0, 1, 2, 3]);
	expect(lines).toEqual([]);
});

test("one that throws is said to have failed, and is done again the next minute", async () => {
	const chore = noted("poll round", async () => {
		throw new Error("no way");
	});
	const { pass, lines } = await setUp(chore);

	await pass(2);

	expect(chore.begun).toEqual([0, 1, 2]);
	expect(lines).toMatchObject(
		Array(3).fill({ level: "error", msg: "poll round failed", why: "no way" }),
	);
});

test("one that throws keeps no other from being done", async () => {
	const faulty = noted("poll round", async () => {
		throw new Error("no way");
	});
	const other = noted("heartbeat");
	const { pass } = await setUp(faulty, other);

	await pass(2);

	expect(other.begun).toEqual([0, 1, 2]);
});

test("a slow one is not begun a second time, and holds up no other", async () => {
	const slow = Promise.withResolvers<void>();
	const round = noted("poll round", () => slow.promise);
	const other = noted("heartbeat");
	const { pass } = await setUp(round, other);

	await pass(2);
	const meanwhile = [...round.begun];
	slow.resolve();
	await pass(1);

	expect(meanwhile).toEqual([0]);
	expect(other.begun).toEqual([0, 1, 2, 3]);
	expect(round.begun).toEqual([0, 3]);
});

test("stopping waits for what is being done, and nothing is begun any more", async () => {
	const slow = Promise.withResolvers<void>();
	const round = noted("poll round", () => slow.promise);
	const other = noted("heartbeat");
	const { pass, stop } = await setUp(round, other);
	let stopped = false;

	const stopping = stop().then(() => {
		stopped = true;
	});
	await pass(2);
	const early = stopped;
	slow.resolve();
	await stopping;
	await pass(1);

	expect(early).toBe(false);
	expect([round.begun, other.begun]).toEqual([[0], [0]]);
});
