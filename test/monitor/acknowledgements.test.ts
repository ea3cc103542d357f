import request from "supertest";
import { expect, test } from "vitest";
import { createAcknowledgements } from "../../src/monitor/acknowledgements.ts";
import { post } from "../jobs.ts";
import { HOUR, type SetUp, START, setUp } from "../set-up.ts";

const figuresOf = async ({ url }: Pick<SetUp, "url">) =>
	(await request(url).get("/status").expect(200)).body.webhooks;

/** A ledger that takes everything, until it is told not to. */
function miniature() {
	const written: [bucket: number, count: number][] = [];
	let isFull = false;
	const parts = createAcknowledgements({
		ledger: {
			async acknowledged(_at, counts) {
				if (isFull) throw new Error("the disk is full");
				written.push(...counts);
			},
			acknowledgements: async () => new Map(written),
		},
		now: () => START,
	});
	return {
		...parts,
		written,
		fill(full: boolean) {
			isFull = full;
		},
	};
}

test("before any webhook nothing was measured", async () => {
	const bench = await setUp();

	expect(await figuresOf(bench)).toMatchObject({
		ack_p50_ms: null,
		ack_p99_ms: null,
	});
});

test("how long NCA was held is told at once, and still when it is written", async () => {
	const bench = await setUp();
	await post(bench, "", { test: true });

	const before = await figuresOf(bench);
	await bench.writeAcknowledgements();
	const after = await figuresOf(bench);

	expect(before).toMatchObject({ ack_p50_ms: 0.5, ack_p99_ms: 0.5 });
	expect(after).toEqual(before);
});

test("a request for another address is none that NCA waited for", async () => {
	const bench = await setUp();

	await request(bench.url).post("/webhooks/goapi").send("x");

	expect((await figuresOf(bench)).ack_p50_ms).toBeNull();
});

test("what is older than a day does not count", async () => {
	const bench = await setUp();
	await post(bench, "", { test: true });
	await bench.writeAcknowledgements();

	bench.clock.advance(25 * HOUR);

	expect((await figuresOf(bench)).ack_p50_ms).toBeNull();
});

test("half, and 99 of a hundred, took no longer than what is told", async () => {
	const { took, percentiles } = miniature();

	for (let nth = 0; nth < 97; nth += 1) took(3);
	for (const ms of [80, 700, 90_000]) took(ms);

	expect(await percentiles()).toEqual({ p50: 5, p99: 1000 });
});

test("each is written once, and what could not be written is written later", async () => {
	const { took, write, written, percentiles, fill } = miniature();
	took(3);
	fill(true);
	await expect(write()).rejects.toThrow("the disk is full");
	took(3);
	const meanwhile = await percentiles();

	fill(false);
	await write();
	await write();

	expect(meanwhile.p50).toBe(5);
	expect(written).toEqual([[5, 2]]);
});
