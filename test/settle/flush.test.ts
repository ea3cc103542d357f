import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { asJob } from "../../src/airtable/job-record.ts";
import { createRefusals } from "../../src/airtable/refusals.ts";
import type { Update } from "../../src/airtable/requests.ts";
import { asTarget } from "../../src/airtable/target-record.ts";
import { createWrite } from "../../src/airtable/write.ts";
import { Transient } from "../../src/errors.ts";
import type { RecordId } from "../../src/job.ts";
import { createLog } from "../../src/log.ts";
import type { OperationName } from "../../src/operations.ts";
import { flush } from "../../src/settle/flush.ts";
import { START } from "../set-up.ts";

const two = (nth: number) => String(nth).padStart(2, "0");
const CREATED = new Date(START).toISOString();

/** A job to be closed, and its target, if it has one, to be written. */
function planned(nth: number, operation: OperationName | null = "combine") {
	const record = (id: string) => ({ id, createdTime: CREATED, fields: {} });
	return {
		closing: {
			job: asJob(record(`job${two(nth)}`)),
			operation,
			target: operation && asTarget(record(`target${two(nth)}`)),
		},
		plan: { target: { Video: [] }, job: { Status: "completed" } },
	};
}

const many = (count: number) =>
	Array.from({ length: count }, (_, nth) => planned(nth));

/** An Airtable that does as the test says with each batch. */
async function setUp(
	take: (table: string, ids: string[]) => Promise<void> = async () => {},
) {
	const batches: string[] = [];
	const update = async (table: string, updates: readonly Update[]) => {
		const ids = updates.map(({ id }) => id);
		batches.push(`${table} ${ids[0]} ${ids.length}`);
		await take(table, ids);
	};
	const log = await createLog({ level: "debug", write: () => {} });
	const refusals = createRefusals(() => START);
	return {
		write: createWrite({ gateway: { update }, refusals, log }),
		batches,
	};
}

test("a job is closed once its own target is written, and waits for no other's", async () => {
	const held = Promise.withResolvers<void>();
	const { write, batches } = await setUp(async (table, [first]) => {
		if (table === "Segments" && first === "target10") await held.promise;
	});

	const flushed = flush(write, many(20));
	await setImmediate();
	const before = [...batches];
	held.resolve();
	await flushed;

	const targets = ["Segments target00 10", "Segments target10 10"];
	expect(before).toEqual([...targets, "Jobs job00 10"]);
	expect(batches).toEqual([...before, "Jobs job10 10"]);
});

test("jobs are closed ten at a time, however their targets stand in tables and batches", async () => {
	const { write, batches } = await setUp();
	const mixed = Array.from({ length: 25 }, (_, nth) =>
		planned(nth, ([null, "combine", "add_music"] as const)[nth % 3]),
	);

	const flushed = await flush(write, mixed);

	const sizes = batches
		.filter((batch) => batch.startsWith("Jobs"))
		.map((batch) => batch.split(" ").at(-1));
	expect(sizes).toEqual(["10", "10", "5"]);
	expect(flushed.size).toBe(25);
	expect(new Set([...flushed.values()].map(({ kind }) => kind))).toEqual(
		new Set(["written"]),
	);
});

test("a job whose target was not written is not closed", async () => {
	const error = new Transient("Airtable PATCH /Segments: 503", {
		code: "SERVER",
		status: 503,
	});
	const { write, batches } = await setUp(async (table, [first]) => {
		if (table === "Segments" && first === "target00") throw error;
	});

	const flushed = await flush(write, many(12));

	expect(batches).toContain("Jobs job10 2");
	expect(batches.filter((batch) => batch.startsWith("Jobs"))).toHaveLength(1);
	const how = flushed.get("job00" as RecordId);
	expect(how).toEqual({ kind: "fault", error, table: "Segments" });
});
