import { availableParallelism, cpus } from "node:os";
import { startRedis } from "../sandbox/redis.ts";
import { measureAcknowledgement } from "./acknowledgement.ts";
import { measureDrain } from "./drain.ts";
import { measureFootprint } from "./footprint.ts";
import { measureRecovery } from "./recovery.ts";
import type { Measure, StoreName } from "./row.ts";
import { table } from "./table.ts";

const PARTS: Record<string, Measure> = {
	acknowledgement: measureAcknowledgement,
	recovery: measureRecovery,
	drain: measureDrain,
	footprint: measureFootprint,
};

/** Measures the parts, and with the stores, that are named, or all, and prints one table. @returns the exit code */
async function bench(names: readonly string[]): Promise<number> {
	const known = [...Object.keys(PARTS), "sqlite", "redis"];
	const unknown = names.filter((name) => !known.includes(name));
	if (unknown.length > 0) {
		console.error(
			`There is no ${unknown.join(", ")}: there is ${known.join(", ")}.`,
		);
		return 1;
	}
	const parts = Object.entries(PARTS).filter(([name]) => names.includes(name));
	const rows = [];
	for (const store of await storesOf(names)) {
		const some = parts.length > 0 ? parts : Object.entries(PARTS);
		for (const [name, measure] of some) {
			const say = (progress: string) =>
				console.error(`${store}, ${name}: ${progress}`);
			rows.push(...(await measure({ store, say })));
		}
	}
	const [cpu] = cpus();
	console.log(table(rows));
	console.log(
		`\nNode ${process.version}, ${availableParallelism()} × ${cpu?.model}. A ratio carries over to other machines better than the rest; the acknowledgement's depends on the disk beside the processor.`,
	);
	return rows.some(({ met }) => met === false) ? 2 : 0;
}

async function storesOf(names: readonly string[]): Promise<StoreName[]> {
	const stores = (["sqlite", "redis"] as const).filter(
		(store) =>
			names.includes(store) ||
			(!names.includes("sqlite") && !names.includes("redis")),
	);
	const redis = stores.includes("redis") ? await startRedis() : null;
	await redis?.close();
	if (redis) return stores;
	if (stores.includes("redis"))
		console.error("There is no redis-server here: Redis is not measured.");
	return stores.filter((store) => store !== "redis");
}

if (process.env.FLY_APP_NAME) {
	console.error("The bench does not run on Fly: it floods what it measures.");
	process.exit(1);
}
process.exitCode = await bench(process.argv.slice(2));
