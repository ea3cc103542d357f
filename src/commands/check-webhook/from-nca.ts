import { asNcaJobId } from "../../job.ts";
import type { AskNca, NcaAnswer } from "../../probe/nca.ts";
import type { Arrival } from "./arrival.ts";
import { plainly } from "./meaning.ts";

type Needs = {
	/** Has NCA queue the job. */
	submit: (job: {
		id: string;
		webhookUrl: string;
	}) => Promise<{ jobId: string } | { why: string }>;
	arrival: (nonce: string) => Promise<Arrival>;
	ask: AskNca;
	/** Where NCA reaches the program. */
	webhookBaseUrl: string;
	nonce: string;
	waitMs: number;
	say: (line: string) => void;
	sleep: (ms: number) => Promise<unknown>;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

const LOOK_EVERY_MS = 1_000;
/** Each question leaves a file on NCA. */
const ASK_EVERY_MS = 20_000;

/**
 * Has NCA post a webhook of its own accord, and watches whether, and after how long, it arrives.
 * @returns whether it did
 */
export async function checkFromNca(needs: Needs): Promise<boolean> {
	const { submit, arrival, nonce, waitMs, sleep, monotonic } = needs;
	// NCA's words stand in some.
	const say = (line: string) => needs.say(plainly(line));
	// Before NCA is given work in vain.
	const before = await arrival(nonce);
	if (before.kind === "closed" || before.kind === "unknown") {
		say(`The program cannot be asked what arrived: ${before.why}.`);
		return false;
	}
	const posted = `${needs.webhookBaseUrl}/webhooks/debug-webhook`;
	const job = await submit({
		id: nonce,
		webhookUrl: `${posted}?nonce=${nonce}`,
	});
	if ("why" in job) {
		say(job.why);
		return false;
	}
	const began = monotonic();
	const elapsed = () => monotonic() - began;
	say(`NCA has queued job ${job.jobId}. It is to post to ${posted}.`);

	let askAt = ASK_EVERY_MS;
	let last: Arrival = before;
	for (;;) {
		last = await arrival(nonce);
		if (last.kind === "arrived") {
			say(`Its webhook arrived, ${seconds(elapsed())} after NCA took the job.`);
			return true;
		}
		if (elapsed() >= waitMs) break;
		if (elapsed() >= askAt) {
			const news = inWords(await asked(needs, job.jobId));
			say(`After ${seconds(elapsed())}: nothing yet; NCA says ${news}.`);
			askAt += ASK_EVERY_MS;
		}
		await sleep(Math.min(LOOK_EVERY_MS, waitMs - elapsed()));
	}
	if (last.kind === "unknown")
		say(`The program could not be asked at the end: ${last.why}.`);
	say(`Its webhook did not arrive within ${seconds(waitMs)}.`);
	say(conclusion(await asked(needs, job.jobId), posted));
	return false;
}

async function asked({ ask }: Needs, jobId: string): Promise<NcaAnswer> {
	const id = asNcaJobId(jobId);
	return id ? ask(id) : { kind: "unknown", why: "its id is an odd one" };
}

function inWords(answer: NcaAnswer): string {
	switch (answer.kind) {
		case "ended":
			return "that it has run the job";
		case "queued":
		case "running":
			return `that it is ${answer.kind}`;
		case "lost":
			return `nothing of it: ${answer.why}`;
		case "unreadable":
			return "that it cannot read its file of it";
		default:
			return `nothing: ${answer.why}`;
	}
}

/** Where it was lost, and what to do. */
function conclusion(answer: NcaAnswer, posted: string): string {
	switch (answer.kind) {
		case "ended":
			return `NCA has run the job, and then posts once, or could not. So it is lost between NCA and the program. From NCA's own machine, try: curl -i -X POST ${posted} -d {}. What it cannot reach, or what answers other than 200, is the cause; NCA's log has a line for a webhook that failed.`;
		case "queued":
			return "NCA still has it in its queue: the jobs before it take long, or its worker stands still, as it does for ever when a receiver of webhooks does not answer. Look at NCA's log; if nothing moves, restart it.";
		case "running":
			return "NCA says that it is at work on it, which takes no second: its worker was killed, or stands still. Look at NCA's log; if nothing moves, restart it.";
		case "lost":
			return `NCA knows nothing of it any more: ${answer.why}. It was restarted, or runs as several machines that do not share their files.`;
		case "unreadable":
			return "NCA cannot read its own file of the job: is its disk full?";
		default:
			return `What NCA made of it is not known: ${answer.why}.`;
	}
}

function seconds(ms: number): string {
	return `${(ms / 1_000).toFixed(1)} s`;
}
