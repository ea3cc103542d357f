import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds, residentMb, startChild } from "./child.ts";
import type { Flooded, Order } from "./flood.ts";
import type { Measure } from "./row.ts";
import { createWorld, REAL_LIMITS } from "./world.ts";

const STARTS = 5;
const WAITING = 10_000;
/** What a start leaves over is done by then, ms. */
const SETTLE_MS = 5_000;
const IDLE_MS = 20_000;

/** How soon the program can take webhooks, and what it costs while it has nothing to do, or cannot do it. */
export const measureFootprint: Measure = async ({ store, say }) => {
	await using world = await createWorld(store, REAL_LIMITS);
	const start = () => world.start({}, { deaf: true });

	const starts: number[] = [];
	for (let nth = 0; nth < STARTS; nth += 1) {
		const began = performance.now();
		const program = await start();
		await fetch(`${program.url}/health`);
		starts.push(performance.now() - began);
		await program.stop("SIGTERM");
	}
	starts.sort((a, b) => a - b);
	const [quickest = 0, slowest = 0] = [starts[0], starts.at(-1)];
	say(`started ${STARTS} times`);

	const program = await start();
	await sleep(SETTLE_MS);
	const before = cpuSeconds(program.pid);
	await sleep(IDLE_MS);
	const idle = ((cpuSeconds(program.pid) - before) / IDLE_MS) * 100_000;
	const atRest = residentMb(program.pid).now;
	say("was idle");

	// Airtable does not answer, so that nothing that comes is ever done.
	world.airtable.fault(() => {});
	await using cleanup = new AsyncDisposableStack();
	const generator = startChild("./flood.ts");
	cleanup.defer(generator.kill);
	const order: Order = {
		url: program.url,
		connections: 32,
		files: world.spaces.base,
		from: 0,
		most: WAITING,
		ms: 60_000,
	};
	const { took, refused } = await generator.ask<Flooded>(order);
	await sleep(SETTLE_MS);
	const waiting = residentMb(program.pid);

	return [
		{
			what: `${store}: from the start to an answer of /health`,
			ratio: "",
			goal: "< 1 s",
			met: slowest < 1000,
			figures: `${quickest.toFixed(0)} to ${slowest.toFixed(0)} ms, of ${STARTS}`,
		},
		{
			what: `${store}: processor while nothing comes`,
			ratio: "",
			goal: "< 1 %",
			met: idle < 1,
			figures: `${idle.toFixed(2)} % of one, over ${IDLE_MS / 1000} s; ${atRest.toFixed(0)} MB`,
		},
		{
			what: `${store}: memory with ${WAITING} waiting`,
			ratio: "",
			goal: "< 120 MB",
			met: waiting.now < 120,
			figures: `${waiting.now.toFixed(0)} MB, ${waiting.most.toFixed(0)} MB while they came; ${took.length - refused} taken`,
		},
	];
};
