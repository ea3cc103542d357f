import request from "supertest";
import { describe, expect, test } from "vitest";
import { Transient } from "../../../src/errors.ts";
import type { RecordId } from "../../../src/job.ts";
import { MINUTE, START } from "../../set-up.ts";
import { figures, overview, recorded, stuckJob } from "./overviews.ts";
import { serveDashboard } from "./serve-dashboard.ts";

const HOSTILE = `"'><script>alert(1)</script>`;

async function textOf(of = overview()): Promise<string> {
	const { url } = await serveDashboard(of);
	const { text } = await request(url).get("/dashboard");
	return text;
}

describe("the first line says how it is", () => {
	const alert = {
		id: "loss_high",
		title: "loss rate high",
		details: "3 of 9 jobs",
		since: START - 20 * MINUTE,
		meaning: "Webhooks get lost.",
		remedy: "Run the doctor.",
	};
	test.each([
		["Healthy", overview()],
		["1 problem", overview({ alerts: [alert] })],
		[
			"2 problems",
			overview({ alerts: [alert, { ...alert, id: "x", title: "another" }] }),
		],
		[
			"1 problem",
			overview({
				dependencies: [
					{ name: "Airtable", state: "failing", since: START, why: "403" },
				],
			}),
		],
		[
			"1 problem",
			overview({
				figures: figures({
					webhooks: { status: "WARNING: Success rate 85.0%" },
				}),
			}),
		],
		["Look", overview({ figures: figures({ jobs: { stuck: 2 } }) })],
		["Look", overview({ figures: figures({ jobs: { buried: 1 } }) })],
		[
			"Waiting",
			overview({
				figures: figures({ webhooks: { status: "No webhooks received" } }),
			}),
		],
	])("%s", async (word, of) => {
		expect(await textOf(of)).toContain(`data-word="${word}"`);
	});

	test("who does not answer comes before what may come of it", async () => {
		const text = await textOf(
			overview({
				alerts: [alert],
				dependencies: [
					{ name: "Spaces", state: "failing", since: START, why: "timeout" },
				],
			}),
		);

		expect(text).toContain("<span>Spaces fails, and 1 more</span>");
		expect(text.indexOf("timeout")).toBeLessThan(text.indexOf("3 of 9 jobs"));
	});

	test("a store that cannot be read is said to be, and nothing else", async () => {
		const bench = await serveDashboard();
		bench.show(new Transient("Redis: away", { code: "REDIS" }));

		const { status, text, type } = await request(bench.url).get("/dashboard");

		expect([status, type]).toEqual([503, "text/html"]);
		expect(text).toContain("cannot read its store");
		expect(text).not.toMatch(/Healthy|Redis: away/);
	});

	test("an alert comes with what it means and what to do", async () => {
		const text = await textOf(overview({ alerts: [alert] }));

		expect(text).toMatch(
			/Loss rate high.*20 min.*3 of 9 jobs.*Webhooks get lost\..*Run the doctor\./s,
		);
	});

	test("one that does not answer comes with why, and once where an alert says so", async () => {
		const why = "429 for 5 seconds";
		const dependencies = [
			{ name: "Airtable", state: "failing" as const, since: START, why },
		];
		const told = { ...alert, id: "airtable_refusing" };

		const alone = await textOf(overview({ dependencies }));
		const both = await textOf(overview({ dependencies, alerts: [told] }));

		expect(alone).toMatch(
			/Airtable fails.*Airtable fails<\/strong>.*429 for 5 seconds.*Stuck jobs/s,
		);
		expect(both).toContain('data-word="1 problem"');
	});
});

test("where there is nothing to show, it says so", async () => {
	const text = await textOf();

	expect(text).toContain("Nothing is stuck.");
	expect(text).toContain("Nothing is buried or parked.");
	expect(text).toContain("No webhook has come yet.");
});

test("a stuck job is shown with why, and a button that looks for it", async () => {
	const text = await textOf(
		overview({
			figures: figures({ jobs: { stuck: 31 } }),
			stuck: [stuckJob()],
		}),
	);

	expect(text).toMatch(
		/href="\/debug\/jobs\/recStuckJob000001".*combine.*12 min ago.*waiting: NCA says running/s,
	);
	expect(text).toContain('action="/debug/jobs/recStuckJob000001/check"');
	expect(text).toContain("The newest 1 of 31.");
});

test("what is buried is retried, what is parked replayed", async () => {
	const buried = [recorded({ state: "buried", reason: "dropped 4 times" })];
	const parked = [
		recorded({ state: "parked", reason: "no file", jobId: null }),
	];

	const text = await textOf(overview({ buried, parked }));

	expect(text).toContain('action="/debug/jobs/recDoneJob000001/retry"');
	expect(text).toContain('action="/debug/webhooks/d01/replay"');
	expect(text).toMatch(/dropped 4 times.*A success that names no file\./s);
});

test("the month's calls stand against their limit", async () => {
	const airtable = { calls_this_month: 850, monthly_limit: 1000 };

	const text = await textOf(overview({ figures: figures({ airtable }) }));

	expect(text).toMatch(/850<\/strong> of 1,000.*85 % – nearly used up/s);
});

test("what is hostile is text, wherever it stands", async () => {
	const one = recorded({
		reason: HOSTILE,
		userAgent: HOSTILE,
		ip: HOSTILE,
		state: "parked",
		jobId: HOSTILE as RecordId,
		id: HOSTILE as never,
		body: Buffer.from(HOSTILE),
	});
	const job = stuckJob({
		jobId: HOSTILE as RecordId,
		operation: HOSTILE,
		looked: { verdict: HOSTILE, why: HOSTILE },
	});
	const [name, title, meaning, remedy] = Array(4).fill(HOSTILE);
	const details = HOSTILE;

	const text = await textOf(
		overview({
			parked: [one],
			buried: [one],
			webhooks: [one],
			stuck: [job],
			alerts: [{ id: HOSTILE, title, details, since: 0, meaning, remedy }],
			dependencies: [{ name, state: "failing", since: 0, why: HOSTILE }],
		}),
	);

	expect(text.match(/<script\b/g)).toHaveLength(2);
	expect(text).not.toContain(HOSTILE);
	expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
});

test("of a body its beginning is shown, without what signs its URLs", async () => {
	const body = Buffer.from(
		`{"response":"https://bucket.example/a.mp4?X-Amz-Signature=abc","x":"${"y".repeat(500)}"}`,
	);

	const text = await textOf(
		overview({ parked: [recorded({ state: "parked", body })] }),
	);

	expect(text).toContain("https://bucket.example/a.mp4?…");
	expect(text).not.toContain("Signature");
	expect(text).not.toContain("y".repeat(200));
});
