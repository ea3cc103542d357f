import fc from "fast-check";
import { expect, test } from "vitest";
import { makeJob, ncaId, post, type TestJob } from "../jobs.ts";
import { setUpWithNca } from "../set-up.ts";
import {
	closedJob,
	comeTrue,
	recordsOf,
	SETTINGS,
	settleAll,
} from "./attack.ts";

/** What stands in a query or a body for what only the test knows; each is replaced where it stands. */
const WORDS = [
	"JOB",
	"EARLY",
	"OLD",
	"OLD-RUN",
	"MADE-UP",
	"SEGMENT",
	"OLD-SEGMENT",
] as const;
const URLS = [
	"http://spaces/OLD-RUN_output_0.mp4",
	"http://spaces/MADE-UP_output_0.mp4",
	"http://spaces/JOB_output_0.mp4",
	"http://spaces/OLD-RUN_output_0.mp4?x",
	"http://spaces/..%2FOLD-RUN_output_0.mp4",
] as const;
const OPERATIONS = [
	"combine",
	"image_zoom",
	"concatenate",
	"caption",
	"__proto__",
];

const word = fc.constantFrom(...WORDS);
const value = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom<unknown>(...WORDS, ...URLS) },
	{
		weight: 3,
		arbitrary: fc.constantFrom<unknown>(
			200,
			500,
			"200",
			"completed",
			"failed",
			"timeout",
			null,
			true,
		),
	},
	{ weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const query = fc
	.array(
		fc.oneof(
			fc.tuple(
				fc.constantFrom("job_id", "target_id", "video_id", "token", "job_id[]"),
				word,
			),
			fc.tuple(fc.constant("operation"), fc.constantFrom(...OPERATIONS)),
		),
		{ maxLength: 5 },
	)
	.map((pairs) => pairs.map(([name, said]) => `${name}=${said}`).join("&"));
const files = fc.oneof(
	fc.constantFrom<unknown>(...URLS),
	fc.constantFrom(...URLS).map((url) => [{ file_url: url }]),
	fc.array(
		fc.constantFrom(...URLS).map((url) => ({ file_url: url })),
		{
			maxLength: 3,
		},
	),
	value,
);
const body = fc.record(
	{
		code: fc.constantFrom<unknown>(200, 200, 500, 400, "500", 202, null),
		id: fc.oneof(word, value),
		job_id: fc.oneof(
			fc.constantFrom("OLD-RUN", "MADE-UP", "OLD", "EARLY"),
			value,
		),
		response: files,
		message: value,
		status: value,
		error: fc.oneof(
			value,
			fc.record({ job_id: value, message: value }, { requiredKeys: [] }),
		),
		endpoint: fc.constantFrom(
			"/v1/ffmpeg/compose",
			"/v1/s3/upload",
			"constructor",
		),
		run_time: fc.constantFrom<unknown>(0, 1e9, -1, "1"),
		test: fc.constantFrom<unknown>(false, "true", 1),
	},
	{ requiredKeys: ["code", "id"] },
);
/** Just as NCA would say it of another's file. */
const plausible = fc
	.record({
		id: fc.constantFrom("JOB", "EARLY", "OLD"),
		run: fc.constantFrom("OLD-RUN", "MADE-UP"),
		failed: fc.boolean(),
	})
	.map(({ id, run, failed }) => ({
		endpoint: "/v1/ffmpeg/compose",
		code: failed ? 500 : 200,
		id,
		job_id: run,
		response: failed
			? null
			: [{ file_url: `http://spaces/${run}_output_0.mp4` }],
		message: failed ? "no space left" : "success",
	}));
const attack = fc.oneof(
	fc.record({ query, body }),
	fc.record({ query: fc.constant(""), body: plausible }),
);
const attacks = fc.array(attack, {
	minLength: 1,
	maxLength: 12,
});

const RUNS = Number(process.env.FORGERY_RUNS ?? 8);
const SEED = Number(process.env.FORGERY_SEED ?? 20_261_124);

test.each(SETTINGS)(
	"%s, whatever a stranger posts, Airtable is as it was, and the true webhooks do what they should",
	async (_setting, env) => {
		await fc.assert(
			fc.asyncProperty(attacks, async (sent) => {
				const bench = await setUpWithNca(env);
				const old = await closedJob(bench, makeJob(bench, "combine"));
				const job = makeJob(bench, "combine");
				const early = makeJob(bench, "combine", { "External Job ID": null });
				const jobs = [old, job, early];
				const before = recordsOf(bench, jobs);
				const made = ncaId();
				const inPlace = (text: string) =>
					text
						.replaceAll("http://spaces", bench.spaces.base)
						.replaceAll("OLD-RUN", old.ncaJobId)
						.replaceAll("MADE-UP", made)
						.replaceAll("OLD-SEGMENT", old.targetId)
						.replaceAll("SEGMENT", job.targetId)
						.replaceAll("OLD", old.id)
						.replaceAll("EARLY", early.id)
						.replaceAll("JOB", job.id);

				for (const one of sent)
					await post(
						bench,
						inPlace(one.query),
						inPlace(JSON.stringify(one.body)),
					);
				await settleAll(bench);

				// Who knows the id of a job that is over may say of that one what its record says.
				expect(recordsOf(bench, jobs)).toEqual(before);
				await comeTrue(bench, job).expect(200);
				await comeTrue(bench, early).expect(200);
				await bench.drain.once();
				for (const one of [job, early]) expectClosed(bench, one);
				expect(bench.lines.filter(({ level }) => level === "error")).toEqual(
					[],
				);
			}),
			{ numRuns: RUNS, seed: SEED },
		);
	},
);

function expectClosed(
	bench: Parameters<typeof recordsOf>[0],
	one: TestJob,
): void {
	const [after] = recordsOf(bench, [one]);
	expect(after?.job.Status).toBe("completed");
	expect(after?.target["Voiceover + Video"]).toMatchObject([
		{ filename: one.file },
	]);
}
