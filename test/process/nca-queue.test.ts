import request from "supertest";
import { expect, onTestFinished, test } from "vitest";
import { createEngine } from "../../src/sandbox/engine.ts";
import { startNca } from "../../src/sandbox/nca.ts";
import { NCA_KEY } from "../leaks/secrets.ts";
import { startStandIns } from "./stand-ins.ts";

/** NCA's one worker does none of them before the one in front of it is answered. */
const JOBS = 10;

test("while Airtable hangs, our answer holds up no later job of NCA's queue, and each is closed afterwards", async () => {
	const bench = await startStandIns();
	const nca = await startNca({
		apiKey: NCA_KEY,
		upload: (name) => bench.spaces.put(name, 10),
	});
	onTestFinished(nca.close);
	const hangs = Promise.withResolvers<void>();
	const release = Promise.withResolvers<void>();
	bench.airtable.fault((_req, _res, next) => {
		hangs.resolve();
		void release.promise.then(() => next());
	});
	const program = await bench.start();
	await hangs.promise;
	const submit = createEngine({
		airtable: bench.airtable,
		nca,
		ncaApiKey: NCA_KEY,
		webhookBaseUrl: program.url,
	});

	const jobs = await Promise.all(
		Array.from({ length: JOBS }, () => submit("combine")),
	);
	await nca.idle();
	const { body } = await request(program.url).get("/debug/webhooks");
	release.resolve();
	for (const { id } of jobs)
		await bench.airtable.until(
			"Jobs",
			id,
			({ Status }) => Status === "completed",
		);

	const taken = body.items.map(({ job_id }: { job_id: string }) => job_id);
	expect(taken.sort()).toEqual(jobs.map(({ id }) => id).sort());
});
