import { cast, type Part } from "./cast.ts";
import { type DemoJob, judgeJob } from "./judge-demo.ts";
import { pause, startStage } from "./stage.ts";
import { createStory } from "./story.ts";

const MADE_EVERY_MS = 800;
const ROUND_EVERY_MS = 3_000;
/** Without `--once`: how often another job is made. */
const NEXT_EVERY_MS = 6_000;
/** The longest the cast may take before it is called broken. */
const PATIENCE_MS = 90_000;

/** Runs the whole system on this machine and tells what happens. @returns the exit code */
async function demo(once: boolean): Promise<number> {
	const made = new Map<string, DemoJob>();
	const story = createStory(made);
	await using stage = await startStage({
		workMs: 300,
		fileBytes: 100_000,
		onLine: story.heard,
	});
	const { airtable, program, submit, past } = stage;
	story.opens(program.url);

	const interrupted = new AbortController();
	const { signal } = interrupted;
	process.once("SIGINT", () => interrupted.abort());
	const make = async (part: Part) => {
		const job = { ...(await submit(part.operation, part.fate, past())), part };
		made.set(job.id, job);
		story.made(job);
		if (part.mishap === "dropped") airtable.drop(1, job.ncaJobId);
		if (part.mishap === "set back") {
			const isClosed = ({ Status }: Record<string, unknown>) =>
				Status === "completed";
			void airtable
				.until("Jobs", job.id, isClosed)
				.then(() => airtable.set("Jobs", job.id, { Status: "processing" }));
		}
	};
	const foreign = airtable.create("Jobs", FOREIGN, { createdTime: past() });
	story.madeForeign();
	const judged = () => [...made.values()].map((job) => judgeJob(airtable, job));

	const rounds = setInterval(() => void stage.round(), ROUND_EVERY_MS);
	using cleanup = new DisposableStack();
	cleanup.defer(() => clearInterval(rounds));
	for (const part of cast) {
		if (signal.aborted) break;
		await make(part);
		await pause(MADE_EVERY_MS, signal);
	}
	const deadline = Date.now() + PATIENCE_MS;
	while (
		!signal.aborted &&
		Date.now() < deadline &&
		judged().some(({ wrong }) => wrong)
	) {
		await pause(200, signal);
	}
	if (!once) {
		story.goesOn(program.url);
		for (let nth = 0; !signal.aborted; nth += 1) {
			const part = cast[nth % cast.length];
			if (part) await make(part);
			await pause(NEXT_EVERY_MS, signal);
		}
	}
	const foreignLeft = airtable.get("Jobs", foreign).Status === FOREIGN.Status;
	return story.ends(
		judged(),
		foreignLeft,
		airtable.throttled(),
		signal.aborted && !once,
	);
}

/** Another service's job: it looks stuck, and is none of our business. */
const FOREIGN = {
	Type: "video_generation",
	Status: "processing",
	"External Job ID": "kling-000000000001",
	"Webhook URL": "https://engine.example/webhooks/goapi?operation=video",
};

if (process.env.FLY_APP_NAME) {
	console.error(
		"The demo does not run on Fly: it is for a laptop, and makes jobs of its own.",
	);
	process.exit(1);
}
process.exitCode = await demo(process.argv.includes("--once"));
