import fc from "fast-check";
import { expect, test } from "vitest";
import {
	captionFailure,
	cloudRunSecondFailure,
	composeFailure,
	composeSuccess,
	concatenateSuccess,
} from "../bodies.ts";
import { makeJob, post, succeed, type TestJob } from "../jobs.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";
import { outcomeOf } from "./learn.ts";
import { bodyOf, several } from "./outputs.ts";

/** What stands in a body for what only the test knows; each is replaced where it stands. */
const [JOB, RUN, OTHER, FILE, THEIRS, ABSENT] = [
	"recJOB",
	"RUN-ID",
	"OTHER-ID",
	"http://spaces/RUN-FILE",
	"http://spaces/OTHER-FILE",
	"http://spaces/RUN-ID_output_9.mp4",
] as const;

const urls = [FILE, THEIRS, ABSENT] as const;
const plain = { id: JOB, ncaJobId: RUN, targetId: "", file: "" };

/** NCA's own bodies, and two of older builds. */
const bodies: readonly Record<string, unknown>[] = [
	composeSuccess(JOB, RUN, FILE),
	composeSuccess(null, RUN, ABSENT),
	composeSuccess(JOB, OTHER, THEIRS),
	concatenateSuccess(JOB, RUN, FILE),
	composeFailure(JOB, RUN),
	composeFailure(JOB, OTHER),
	captionFailure(JOB, RUN),
	cloudRunSecondFailure(JOB, RUN),
	...several.map((one) => bodyOf(one, plain, urls)),
	{ status: "completed", output_url: FILE, id: JOB },
	{ status: "failed", error: { message: "no space left" }, job_id: RUN },
];

const values = fc.oneof(
	fc.constantFrom<unknown>(
		...urls,
		`${FILE}?X-Signature=abc`,
		"https://files.example/a.mp4",
		JOB,
		RUN,
		OTHER,
		200,
		"200",
		500,
		202,
		-1,
		1e308,
		"",
		null,
		true,
		"x".repeat(5000),
	),
	fc.jsonValue({ maxDepth: 3 }),
);

/** A body of NCA's with some keys dropped, retyped or nested. */
const mutated = fc
	.record({
		body: fc.constantFrom(...bodies),
		changes: fc.array(
			fc.record({
				key: fc.constantFrom(
					..."endpoint code id job_id response message status run_time queue_time test error".split(
						" ",
					),
				),
				how: fc.constantFrom("drop", "retype", "nest", "list"),
				value: values,
			}),
			{ minLength: 1, maxLength: 4 },
		),
		wrap: fc.oneof(
			{ weight: 9, arbitrary: fc.constant("no") },
			{ weight: 1, arbitrary: fc.constantFrom("list", "response", "body") },
		),
	})
	.map(({ body, changes, wrap }) => {
		const changed = { ...body };
		for (const { key, how, value } of changes) {
			if (how === "drop") delete changed[key];
			else if (how === "retype") changed[key] = value;
			else if (how === "nest") changed[key] = { file_url: changed[key], value };
			else changed[key] = [changed[key], value];
		}
		if (wrap === "no") return changed;
		return wrap === "list" ? [changed] : { [wrap]: changed };
	});

const anything = fc.oneof(
	{
		weight: 1,
		arbitrary: fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>,
	},
	{ weight: 5, arbitrary: mutated as fc.Arbitrary<unknown> },
);

function inPlace(body: unknown, bench: SetUp, job: TestJob, other: TestJob) {
	const put = (file: string) => `${bench.spaces.base}/${file}`;
	return JSON.stringify(body)
		.replaceAll(FILE, put(job.file))
		.replaceAll(THEIRS, put(other.file))
		.replaceAll("http://spaces", bench.spaces.base)
		.replaceAll(RUN, job.ncaJobId)
		.replaceAll(OTHER, other.ncaJobId)
		.replaceAll(JOB, job.id);
}

test("no body at all breaks anything, or completes a job whose file is not there", async () => {
	const bench = await setUp();

	await fc.assert(
		fc.asyncProperty(anything, fc.boolean(), async (body, isThere) => {
			const [job, other] = [
				makeJob(bench, "combine"),
				makeJob(bench, "combine"),
			];
			bench.spaces.put(other.file, 10);
			if (isThere) bench.spaces.put(job.file, 10);

			const text = inPlace(body, bench, job, other);
			const answer = await post(bench, `job_id=${job.id}`, text);
			await bench.drain.once();
			bench.clock.advance(6 * MINUTE);
			await bench.drain.once();

			expect([200, 202]).toContain(answer.status);
			const { Status } = outcomeOf(bench, job);
			const target = bench.airtable.get("Segments", job.targetId);
			const held = target["Voiceover + Video"];
			if (Status === "completed") {
				expect(isThere).toBe(true);
				expect(held).toMatchObject([{ filename: job.file }]);
			} else expect(held).toBeUndefined();
			if (Status === "failed") expect(text).toContain(job.ncaJobId);
			expect(outcomeOf(bench, other).Status).toBe("processing");

			const next = makeJob(bench, "combine");
			await succeed(bench, next).expect(200);
			await bench.drain.once();
			expect(outcomeOf(bench, next).Status).toBe("completed");
		}),
		{ numRuns: 100, seed: 20261123, interruptAfterTimeLimit: 50_000 },
	);

	expect(bench.said("delivery could not be settled")).toEqual([]);
	expect(bench.lines.filter(({ level }) => level === "error")).toEqual([]);
});
