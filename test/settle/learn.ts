import request from "supertest";
import { ownEntry } from "../../src/inbox/own-entry.ts";
import type { DeliveryId, NcaJobId, RecordId, Via } from "../../src/job.ts";
import { createDeliveryIds } from "../../src/receive/ids.ts";
import { tokenFor } from "../../src/receive/proof.ts";
import type { NcaStandIn } from "../../src/sandbox/nca.ts";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed, type TestJob } from "../jobs.ts";
import { type SetUp, setUpWithNca } from "../set-up.ts";

type Bench = SetUp & { nca: NcaStandIn };

/** The end of ffmpeg's complaint in `composeFailure`, as it is to stand in Airtable. */
export const COMPLAINT = "Error opening output files: Filter not found";

/** A name that the operation's table does not have: of such a file only NCA can tell. */
export function oddFile({ ncaJobId }: TestJob): string {
	return `${ncaJobId}_output_0.webm`;
}

/** How each way of learning a completion gets as far as the inbox. */
export const completedBy = {
	async webhook(bench: Bench, job: TestJob) {
		await succeed(bench, job).expect(200);
	},
	async polling(bench: Bench, job: TestJob) {
		bench.spaces.put(job.file, 10);
		await bench.poll.check(job.id);
	},
	async nca_status(bench: Bench, job: TestJob) {
		const url = bench.spaces.put(oddFile(job), 10);
		const body = composeSuccess(job.id, job.ncaJobId, url);
		bench.nca.say(job.ncaJobId, "done", body);
		await bench.poll.check(job.id);
	},
	async manual(bench: Bench, job: TestJob) {
		const url = bench.spaces.put(job.file, 10);
		await settleByHand(bench, job, { outcome: "completed", url });
	},
};

/** Likewise a failure. */
export const failedBy = {
	async webhook(bench: Bench, job: TestJob) {
		const body = composeFailure(job.id, job.ncaJobId);
		await post(bench, `job_id=${job.id}`, body).expect(200);
	},
	async nca_status(bench: Bench, job: TestJob) {
		const body = composeFailure(job.id, job.ncaJobId);
		bench.nca.say(job.ncaJobId, "done", body);
		await bench.poll.check(job.id);
	},
	async timeout(bench: SetUp, job: TestJob) {
		await finding(bench, job, "timeout");
	},
	async manual(bench: Bench, job: TestJob) {
		const reason = "the input was deleted";
		await settleByHand(bench, job, { outcome: "failed", reason });
	},
};

/** A job that was closed by what was learnt so. */
export async function closeJob(
	learn: (bench: Bench, job: TestJob) => Promise<void>,
) {
	const bench = await setUpWithNca();
	const job = makeJob(bench, "combine");
	await learn(bench, job);
	await bench.drain.once();
	return { bench, job };
}

function settleByHand(bench: SetUp, { id }: TestJob, said: object) {
	return request(bench.url)
		.post(`/debug/jobs/${id}/settle`)
		.send(said)
		.expect(202);
}

/**
 * What a round puts into the inbox that read its job before it was closed.
 * @param file what a completion names
 */
export async function finding(
	{ inbox, clock, spaces }: SetUp,
	job: TestJob,
	via: Via,
	file?: string,
): Promise<DeliveryId> {
	const jobId = job.id as RecordId;
	const ncaJobId = job.ncaJobId as NcaJobId;
	const response = file && [{ file_url: spaces.put(file, 10) }];
	const said = response
		? { code: 200, response }
		: { code: 500, response: null, message: `as ${via} tells it` };
	// Ids sort by their time: a moment of its own keeps it in its place among the webhooks.
	clock.advance(1);
	const id = createDeliveryIds(clock.now, () => 0.5)();
	await inbox.put(
		ownEntry({
			id,
			task: "outcome",
			via,
			jobId,
			ncaJobId,
			body: { id: jobId, job_id: ncaJobId, ...said },
			at: clock.now(),
			once: "outcome",
		}),
	);
	clock.advance(1);
	return id;
}

/** How a delivery ended: its state, and the verdict or the reason. */
export async function endingOf({ inbox }: SetUp, id: string) {
	const found = await inbox.get(id);
	return found && { state: found.state, reason: found.reason };
}

/** What the job's record says of its end. */
export function outcomeOf(bench: SetUp, { id }: TestJob) {
	const { Status, "Error Details": details = null } = bench.airtable.get(
		"Jobs",
		id,
	);
	return { Status, details };
}

/** How often Airtable was written to. */
export function writes({ airtable }: SetUp): number {
	return airtable.calls.filter(({ method }) => method === "PATCH").length;
}

/** A webhook of the job's run, told apart from others by its times. @returns the delivery's id */
export async function success(bench: SetUp, job: TestJob, run_time = 1) {
	const url = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, url);
	return accepted(bench, job, { ...body, run_time });
}

export async function failure(
	bench: SetUp,
	job: TestJob,
	message = "no space left",
) {
	const body = composeFailure(job.id, job.ncaJobId);
	return accepted(bench, job, { ...body, message });
}

/** Posts as NCA does, each at a moment of its own, with the token where there is a secret. @returns the delivery's id */
export async function accepted(bench: SetUp, { id }: TestJob, body: unknown) {
	const { WEBHOOK_SECRET: secret } = bench.config;
	const proof = secret
		? `&operation=any&token=${tokenFor(secret, id, "any")}`
		: "";
	const answer = await post(bench, `job_id=${id}${proof}`, body).expect(200);
	bench.clock.advance(1);
	return answer.body.delivery_id as string;
}
