import { describe, expect, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import { setUp } from "../set-up.ts";
import {
	closeOne,
	happened,
	heldBy,
	newCalls,
	READ_BACK,
	readBack,
} from "./read-backs.ts";
import { restart } from "./restart.ts";

const SECOND = 1000;

describe("after a crash", () => {
	test("between the close and its delivery's end the file is read back all the same", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await succeed(bench, job);
		bench.inbox.end = () => Promise.reject(new Error("killed"));
		await expect(bench.drain.once()).rejects.toThrow("killed");
		await bench.airtable.fetchAttachments();
		newCalls(bench);

		const { drain, ledger } = await restart(bench);
		await drain.once();
		const confirmed = newCalls(bench);
		bench.clock.advance(30 * SECOND);
		await drain.once();

		expect(confirmed).toEqual(["LIST Jobs 1"]);
		expect(newCalls(bench)).toEqual(READ_BACK);
		const { jobId } = (await bench.inbox.list({ limit: 1 }))[0] ?? {};
		const events = jobId ? await ledger.timeline(jobId) : [];
		expect(events.map(({ what }) => what)).toEqual(["settled", "kept"]);
	});

	test("between the close and the ledger's word of it, too", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await succeed(bench, job);
		const restarts: ReturnType<typeof restart>[] = [];
		bench.airtable.fault((req, _res, next) => {
			const isClose = req.method === "PATCH" && req.path.endsWith("/Jobs");
			if (isClose) restarts.push(restart(bench));
			next();
		});
		await bench.drain.once();
		bench.airtable.fault(null);
		bench.airtable.drop(1);
		await bench.airtable.fetchAttachments();

		const { drain } = (await restarts[0]) ?? {};
		await drain?.once();
		bench.clock.advance(30 * SECOND);
		await drain?.once();

		expect(restarts).toHaveLength(1);
		expect(heldBy(bench, job)).toMatchObject([{ filename: job.file }]);
	});

	test("while a read-back waits, it waits still", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		await readBack(bench);
		await bench.airtable.fetchAttachments();
		newCalls(bench);

		const { drain } = await restart(bench);
		await drain.once();
		bench.clock.advance(30 * SECOND);
		await drain.once();

		expect(newCalls(bench)).toEqual(READ_BACK);
		expect(heldBy(bench, job)).toMatchObject([{ size: 10 }]);
	});
});

test("an ending that the store did not take at once is followed by one read-back", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	const { end } = bench.inbox;
	bench.inbox.end = () => {
		bench.inbox.end = end;
		return Promise.reject(new Error("busy"));
	};
	await expect(bench.drain.once()).rejects.toThrow("busy");
	await bench.drain.once();
	await bench.airtable.fetchAttachments();
	newCalls(bench);

	await readBack(bench);

	expect(newCalls(bench)).toEqual(READ_BACK);
	expect((await happened(bench, job)).filter((one) => one === "kept")).toEqual([
		"kept",
	]);
});
