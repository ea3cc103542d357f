import { availableParallelism, cpus } from "node:os";
import { measureAcknowledgement } from "./acknowledgement.ts";
import { measureFootprint } from "./footprint.ts";
import type { Measure } from "./row.ts";
import { table } from "./table.ts";

const PARTS: Record<string, Measure> = {
	acknowledgement: measureAcknowledgement,
	footprint: measureFootprint,
};

/** Measures the parts that are named, or all, and prints one table. @returns the exit code */
async function bench(names: readonly string[]): Promise<number> {
	const unknown = names.filter((name) => !PARTS[name]);
	if (unknown.length > 0) {
		const there = Object.keys(PARTS).join(", ");
		console.error(`There is no part ${unknown.join(", ")}: there is ${there}.`);
		return 1;
	}
	const rows = [];
	for (const [name, measure] of Object.entries(PARTS)) {
		if (names.length > 0 && !names.includes(name)) continue;
		const say = (progress: string) => console.error(`${name}: ${progress}`);
		rows.push(...(await measure({ store: "sqlite", say })));
	}
	const [cpu] = cpus();
	console.log(table(rows));
	console.log(
		`\nNode ${process.version}, ${availableParallelism()} × ${cpu?.model}. A ratio carries over to other machines, the rest does not.`,
	);
	return rows.some(({ met }) => met === false) ? 2 : 0;
}

if (process.env.FLY_APP_NAME) {
	console.error("The bench does not run on Fly: it floods what it measures.");
	process.exit(1);
}
process.exitCode = await bench(process.argv.slice(2));
