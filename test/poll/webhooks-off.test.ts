import request from "supertest";
import { describe, expect, test } from "vitest";
import type { OperationName } from "../../src/operations.ts";
import { createEngine } from "../../src/sandbox/engine.ts";
import type { Fate } from "../../src/sandbox/nca-worker.ts";
import { payloadOf } from "../jobs.ts";
import { NCA_KEY } from "../leaks/secrets.ts";
import { MINUTE, type SetUp, START, setUpWithNca } from "../set-up.ts";

const TARGETS: Record<OperationName, { table: string; field: string }> = {
	combine: { table: "Segments", field: "Voiceover + Video" },
	image_zoom: { table: "Segments", field: "Video" },
	concatenate: { table: "Videos", field: "Combined Segments Video" },
	add_music: { table: "Videos", field: "Video + Music" },
};
const COMPLAINT = "No such filter: 'tpadd'";

/** As the program does it by itself: whether a round is due is asked each minute. */
async function pass({ poll, drain, clock }: SetUp, ms: number): Promise<void> {
	for (let gone = 0; gone <= ms; gone += MINUTE) {
		await poll.roundIfDue();
		await drain.once();
		clock.advance(MINUTE);
	}
}

/** Jobs that NCA has done, and of which it never posts a word, nine minutes after they were made. */
async function setUp() {
	const bench = await setUpWithNca();
	const engine = createEngine({
		airtable: bench.airtable,
		nca: bench.nca,
		ncaApiKey: NCA_KEY,
		webhookBaseUrl: bench.url,
	});
	const submit = (operation: OperationName, fate: Fate = {}) =>
		engine(
			operation,
			{ ...fate, dies: "before the webhook" },
			new Date(START).toISOString(),
		);
	const done = [
		await submit("combine"),
		await submit("image_zoom"),
		await submit("concatenate"),
		await submit("add_music"),
	];
	const failed = await submit("combine", { fails: COMPLAINT });
	const odd = await submit("add_music", { extension: "mov" });
	await bench.nca.idle();

	await pass(bench, 9 * MINUTE);

	return { bench, done, failed, odd };
}

describe("with no webhook at all, and no one asking", () => {
	test("a job of each operation is completed by its file within nine minutes", async () => {
		const { bench, done } = await setUp();

		for (const { id, operation, targetId, ncaJobId } of done) {
			const { table, field } = TARGETS[operation];
			expect(bench.airtable.get("Jobs", id).Status).toBe("completed");
			expect(payloadOf(bench, id).via).toBe("polling");
			expect(bench.airtable.get(table, targetId)[field]).toMatchObject([
				{ filename: expect.stringContaining(ncaJobId) },
			]);
		}
	});

	test("a job that failed is failed with NCA's message", async () => {
		const { bench, failed } = await setUp();

		expect(bench.airtable.get("Jobs", failed.id)).toMatchObject({
			Status: "failed",
			"Error Details": COMPLAINT,
		});
		expect(payloadOf(bench, failed.id).via).toBe("nca_status");
		expect(bench.airtable.get("Segments", failed.targetId).Status).toBe(
			"combination_failed",
		);
	});

	test("a job whose file has a name that nobody would guess is completed by what NCA says of it", async () => {
		const { bench, odd } = await setUp();

		expect(bench.airtable.get("Jobs", odd.id).Status).toBe("completed");
		expect(payloadOf(bench, odd.id).via).toBe("nca_status");
		expect(bench.airtable.get("Videos", odd.targetId)).toMatchObject({
			"Video + Music": [{ filename: `${odd.ncaJobId}_output_0.mov` }],
		});
	});

	test("nothing is left in processing, and the figures say what closed it", async () => {
		const { bench, done, failed, odd } = await setUp();

		const { body } = await request(bench.url).get("/status").expect(200);

		expect(body.webhooks).toMatchObject({
			status: "No webhooks received",
			received: 0,
		});
		expect(body.jobs).toMatchObject({ stuck: 0, waiting: 0, buried: 0 });
		expect(body.recovery).toMatchObject({
			recovered_by_polling: 6,
			webhook_loss_rate: 1,
		});
		const left = [...done, failed, odd].filter(
			({ id }) => bench.airtable.get("Jobs", id).Status === "processing",
		);
		expect(left).toEqual([]);
	});
});
