import { cpuSeconds, freeze, residentMb, startChild, thaw } from "./child.ts";
import type { Flooded, Order } from "./flood.ts";
import { makeFloodJobs } from "./jobs.ts";
import type { Measure, Row } from "./row.ts";
import { createWorld, REAL_LIMITS } from "./world.ts";

const CONNECTIONS = 32;
const ALTERNATIONS = 9;
const WINDOW_MS = 3_000;
/** Until both are compiled, ms. */
const WARM_UP_MS = 3_000;
/** More than the drain closes meanwhile, at five Airtable calls a second. */
const JOBS = 3_000;

type Server = { url: string; pid: number };
/** What was sent to one of the two in its turn, and how long it had a processor for it, seconds. */
type Turn = Flooded & { cpu: number };
type Pair = { ours: Turn; bare: Turn };

/**
 * The program's acknowledgement of a webhook against a bare Express handler, by turns: while one is flooded the other
 * is frozen. The program does all that it does in production meanwhile: it logs, it drains, it polls.
 */
export const measureAcknowledgement: Measure = async ({ store, say }) => {
	await using world = await createWorld(store, REAL_LIMITS);
	makeFloodJobs(world, JOBS);
	const program = await world.start({}, { deaf: true });
	await using cleanup = new AsyncDisposableStack();
	const bare = startChild("./bare.ts");
	cleanup.defer(bare.kill);
	const generator = startChild("./flood.ts");
	cleanup.defer(generator.kill);
	const handler = await bare.ask<Server>();

	let from = 0;
	const flood = async ({ url, pid }: Server, ms: number): Promise<Turn> => {
		const order: Order = {
			url,
			connections: CONNECTIONS,
			files: world.spaces.base,
			from,
			most: 1e9,
			ms,
		};
		const before = cpuSeconds(pid);
		const flooded = await generator.ask<Flooded>(order);
		if (pid === program.pid) from += flooded.took.length;
		return { ...flooded, cpu: cpuSeconds(pid) - before };
	};
	const floodBare = async (ms: number) => {
		freeze(program.pid);
		const flooded = await flood(handler, ms);
		thaw(program.pid);
		return flooded;
	};

	await floodBare(WARM_UP_MS);
	await flood(program, WARM_UP_MS);
	const pairs: Pair[] = [];
	for (let nth = 1; nth <= ALTERNATIONS; nth += 1) {
		const pair = {
			bare: await floodBare(WINDOW_MS),
			ours: await flood(program, WINDOW_MS),
		};
		pairs.push(pair);
		say(
			`${nth} of ${ALTERNATIONS}: ${ratio(rate(pair.ours), rate(pair.bare))}`,
		);
	}
	const closed = world.airtable.calls
		.filter(({ method, table }) => method === "PATCH" && table === "Jobs")
		.reduce((sum, { records }) => sum + records, 0);
	const { most } = residentMb(program.pid);
	return [
		...speed(store, pairs),
		{
			what: `${store}: memory while it is flooded`,
			ratio: "",
			goal: "< 200 MB",
			met: most < 200,
			figures: `${most.toFixed(0)} MB at the most; ${from} webhooks taken, of which ${closed} were closed meanwhile`,
		},
	];
};

function speed(store: string, pairs: readonly Pair[]): Row[] {
	const ratios = sorted(pairs.map(({ ours, bare }) => rate(ours) / rate(bare)));
	const rates = (which: "ours" | "bare") =>
		sorted(pairs.map((pair) => rate(pair[which])));
	const took = (which: "ours" | "bare") =>
		sorted(pairs.flatMap((pair) => pair[which].took));
	const [ours, bare] = [took("ours"), took("bare")];
	const p99 = part(ours, 0.99);
	const refused = pairs.reduce((sum, { ours }) => sum + ours.refused, 0);
	const busy = (which: "ours" | "bare") =>
		part(sorted(pairs.map((pair) => pair[which].busy)), 0.5).toFixed(2);
	const work = (which: "ours" | "bare") =>
		part(sorted(pairs.map((pair) => workOf(pair[which]))), 0.5).toFixed(0);
	const lean = sorted(
		pairs.map(({ ours, bare }) => workOf(bare) / workOf(ours)),
	);
	return [
		{
			what: `${store}: webhooks acknowledged a second, against a bare Express handler`,
			ratio: part(ratios, 0.5).toFixed(2),
			...(store === "sqlite"
				? { goal: "≥ 0.75", met: part(ratios, 0.5) >= 0.75 }
				: // Redis has one of this machine's processors for itself.
					{ goal: "", met: null }),
			figures: `${whole(part(rates("ours"), 0.5))}/s against ${whole(part(rates("bare"), 0.5))}/s; ${pairs.length} turns: ${ratios.map((one) => one.toFixed(2)).join(" ")}; generator busy ${busy("ours")} and ${busy("bare")}`,
		},
		{
			what: `${store}: processor time of a bare request ÷ of a webhook`,
			ratio: part(lean, 0.5).toFixed(2),
			goal: "",
			met: null,
			figures: `${work("bare")} µs against ${work("ours")} µs; the rest of the time above is the disk's`,
		},
		{
			what: `${store}: until one of ${CONNECTIONS} at once is acknowledged, p99`,
			ratio: `${ratio(p99, part(bare, 0.99))}`,
			goal: "< 50 ms",
			met: p99 < 50,
			figures: `p50 ${ms(part(ours, 0.5))}, p99 ${ms(p99)}, at most ${ms(part(ours, 1))}; bare: ${ms(part(bare, 0.5))}, ${ms(part(bare, 0.99))}, ${ms(part(bare, 1))}`,
		},
		{
			what: `${store}: webhooks not accepted`,
			ratio: String(refused),
			goal: "0",
			met: refused === 0,
			figures: `of ${ours.length}`,
		},
	];
}

/** µs of a processor for each request. */
const workOf = ({ cpu, took }: Turn) => (cpu / took.length) * 1e6;
const rate = ({ took, seconds }: Flooded) => took.length / seconds;
const ratio = (part: number, whole: number) => (part / whole).toFixed(2);
const whole = (value: number) => Math.round(value).toString();
const ms = (value: number) => `${value.toFixed(1)} ms`;

function sorted(values: number[]): number[] {
	return values.sort((a, b) => a - b);
}

/** The value below which so much of them lies. */
function part(values: readonly number[], much: number): number {
	return values[Math.max(0, Math.ceil(values.length * much) - 1)] ?? Number.NaN;
}
