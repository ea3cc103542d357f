import { makeJob, ncaId, succeed, type TestJob } from "../../../jobs.ts";
import { type SetUp, setUp } from "../../../set-up.ts";
import { buryNext } from "../../by-hand.ts";
import { ask, type Exchanges } from "../ask.ts";

const LIST = "/debug/jobs";
const NOBODY = "recAAAAAAAAAAAAAA";
const ROUND = "/debug/check-stuck-jobs";
const FAILED = { outcome: "failed", reason: "by hand" };

async function oneJob(): Promise<{ bench: SetUp; job: TestJob }> {
	const bench = await setUp();
	return { bench, job: makeJob(bench, "combine") };
}

async function closed() {
	const { bench, job } = await oneJob();
	await succeed(bench, job);
	await bench.drain.once();
	return { bench, job };
}

/** Closed, stuck, announced, and only seen. */
async function several(): Promise<SetUp> {
	const { bench } = await closed();
	makeJob(bench, "concatenate");
	await bench.poll.round();
	await announce(bench, makeJob(bench, "add_music").id);
	return bench;
}

const announce = (bench: SetUp, id: string) =>
	ask(bench, "POST", "/jobs/expected", { job_id: id, operation: "combine" });

const act = async (verb: string, id: string, body?: object) =>
	ask(await setUp(), "POST", `${LIST}/${id}/${verb}`, body);

/** Jobs. */
export const jobs: Exchanges = {
	"GET /debug/jobs 200": async () => ask(await several(), "GET", LIST),
	"GET /debug/jobs 200 of more": async () =>
		ask(await several(), "GET", `${LIST}?limit=1`),
	async "GET /debug/jobs/{job_id} 200 of one that was closed"() {
		const { bench, job } = await closed();
		return ask(bench, "GET", `${LIST}/${job.id}`);
	},
	async "GET /debug/jobs/{job_id} 200 of one that is stuck"() {
		const { bench, job } = await oneJob();
		await bench.poll.round();
		return ask(bench, "GET", `${LIST}/${job.ncaJobId}`);
	},
	async "GET /debug/jobs/{job_id} 200 of one that was announced"() {
		const { bench, job } = await oneJob();
		await announce(bench, job.id);
		return ask(bench, "GET", `${LIST}/${job.id}`);
	},
	async "GET /debug/jobs/{job_id} 200 of no record"() {
		const bench = await setUp();
		const run = ncaId();
		const body = { code: 500, job_id: run };
		await ask(bench, "POST", "/webhooks/nca-toolkit", body);
		return ask(bench, "GET", `${LIST}/${run}`);
	},
	"GET /debug/jobs/{job_id} 404": async () =>
		ask(await setUp(), "GET", `${LIST}/${NOBODY}`),
	async "POST /debug/check-stuck-jobs 200"() {
		const { bench, job } = await oneJob();
		bench.spaces.put(job.file, 10);
		makeJob(bench, "concatenate");
		makeJob(bench, "combine", { "External Job ID": "" });
		return ask(bench, "POST", ROUND, { older_than_minutes: 0 });
	},
	"POST /debug/check-stuck-jobs 200 of nothing": async () =>
		ask(await setUp(), "POST", ROUND),
	async "POST /debug/jobs/{job_id}/check 202"() {
		const { bench, job } = await oneJob();
		return ask(bench, "POST", `${LIST}/${job.id}/check`);
	},
	async "POST /debug/jobs/{job_id}/check 202 of one that was closed"() {
		const { bench, job } = await closed();
		return ask(bench, "POST", `${LIST}/${job.id}/check`);
	},
	"POST /debug/jobs/{job_id}/check 404": () => act("check", NOBODY),
	async "POST /debug/jobs/{job_id}/retry 202"() {
		const { bench, job } = await oneJob();
		await succeed(bench, job);
		await buryNext(bench);
		return ask(bench, "POST", `${LIST}/${job.id}/retry`);
	},
	"POST /debug/jobs/{job_id}/retry 404": () => act("retry", NOBODY),
	async "POST /debug/jobs/{job_id}/retry 409"() {
		const { bench, job } = await oneJob();
		return ask(bench, "POST", `${LIST}/${job.id}/retry`);
	},
	async "POST /debug/jobs/{job_id}/settle 202 failed"() {
		const { bench, job } = await oneJob();
		return ask(bench, "POST", `${LIST}/${job.id}/settle`, FAILED);
	},
	async "POST /debug/jobs/{job_id}/settle 202 completed"() {
		const { bench, job } = await oneJob();
		const url = bench.spaces.put(job.file, 10);
		const body = { outcome: "completed", url };
		return ask(bench, "POST", `${LIST}/${job.id}/settle`, body);
	},
	"POST /debug/jobs/{job_id}/settle 404": () => act("settle", NOBODY, FAILED),
	async "POST /debug/jobs/{job_id}/reopen 202"() {
		const { bench, job } = await closed();
		return ask(bench, "POST", `${LIST}/${job.id}/reopen`);
	},
	"POST /debug/jobs/{job_id}/reopen 404": () => act("reopen", NOBODY),
	async "POST /jobs/expected 202"() {
		const { bench, job } = await oneJob();
		return announce(bench, job.id);
	},
};
