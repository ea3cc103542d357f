import request from "supertest";
import { describe, expect, test } from "vitest";
import { createLog } from "../../../src/log.ts";
import { startService } from "../../../src/service.ts";
import { makeJob, post, succeed } from "../../jobs.ts";
import { MINUTE, setUp } from "../../set-up.ts";
import { listen } from "./listen.ts";

const TOKEN = "an-admin-token-of-24-characters";
const basic = `Basic ${Buffer.from(`admin:${TOKEN}`).toString("base64")}`;

const dashboard = async ({ url }: { url: string }) =>
	(await request(url).get("/dashboard")).text;

describe("the page shows what is so", () => {
	test("a job that is stuck, until it is closed", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await bench.poll.round();

		const before = await dashboard(bench);
		await succeed(bench, job);
		await bench.drain.once();
		const after = await dashboard(bench);

		expect(before).toContain(`action="/debug/jobs/${job.id}/check"`);
		expect(after).toContain("Nothing is stuck.");
		expect(after).toMatch(/✓<\/span>done.*python-requests\/2\.32\.3/s);
	});

	test("what was refused and what was parked, with its words as text", async () => {
		const bench = await setUp();
		await post(bench, "", "<script>alert(1)</script>");
		await post(bench, "", { message: "<img src=x onerror=alert(2)>" });

		const text = await dashboard(bench);

		expect(text).toMatch(/refused.*&lt;script&gt;alert\(1\)/s);
		expect(text).toMatch(/no verdict.*&lt;img src=x onerror=alert\(2\)&gt;/s);
		expect(text).not.toMatch(/<script>alert|<img/);
	});

	test("webhooks and recoveries by hour", async () => {
		const bench = await setUp();
		const [sent, lost] = [makeJob(bench, "combine"), makeJob(bench, "combine")];
		await succeed(bench, sent);
		await bench.drain.once();
		bench.clock.advance(60 * MINUTE);
		bench.spaces.put(lost.file, 10);
		await bench.poll.round();
		await bench.drain.once();

		const text = await dashboard(bench);

		const hours = text.matchAll(
			/>(\d\d:00)<.*?<td>(\d+)<.*?(\d+)<\/td><\/tr>/g,
		);
		expect([...hours].slice(0, 3).map((found) => found.slice(1, 4))).toEqual([
			["13:00", "0", "1"],
			["12:00", "1", "0"],
			["11:00", "0", "0"],
		]);
	});

	test("a webhook that comes is told to who looks", async () => {
		const bench = await setUp();
		const page = await listen(bench.url);
		await page.until("alive");
		const from = page.heard.length;
		await succeed(bench, makeJob(bench, "combine"));

		bench.tick();
		const told = await page.until("alive", from);

		const webhooks = told.find(({ data }) => data.id === "webhooks");
		expect(webhooks?.data.html).toContain("accepted");
	});
});

describe("it is for who has the admin token", () => {
	const pages = ["/dashboard", "/dashboard/events", "/dashboard/live.js"];

	test.each(pages)("%s wants it", async (of) => {
		const { url } = await setUp({ ADMIN_TOKEN: TOKEN });

		const answer = await request(url).get(of);

		expect(answer.status).toBe(401);
		expect(answer.headers["www-authenticate"]).toMatch(/^Basic/);
	});

	test("as a browser's password it opens it", async () => {
		const { url } = await setUp({ ADMIN_TOKEN: TOKEN });

		const page = await request(url)
			.get("/dashboard")
			.set("Authorization", basic);
		const events = await listen(url, { Authorization: basic });

		expect([page.status, events.status]).toEqual([200, 200]);
		expect(page.text).not.toContain(TOKEN);
	});
});

test("a button works without a script: an empty form is taken", async () => {
	const bench = await setUp({ ADMIN_TOKEN: TOKEN });

	const answer = await request(bench.url)
		.post("/debug/check-stuck-jobs")
		.set("Authorization", basic)
		.set("Sec-Fetch-Site", "same-origin")
		.type("form")
		.send("");

	expect(answer.status).toBe(200);
	expect(answer.body).toMatchObject({ checked: 0 });
});

test("the program stops at once while somebody looks", async () => {
	const bench = await setUp();
	const log = await createLog({ level: "silent", write: () => {} });
	const DATA_DIR = `${bench.config.DATA_DIR}/another`;
	const config = { ...bench.config, DATA_DIR, HOST: "127.0.0.1", PORT: 0 };
	const service = await startService(
		{ ...config, ENABLE_JOB_POLLING: false },
		log,
	);
	const page = await listen(service.url);
	await page.until("alive");

	await service.stop();
	await page.ended;

	// When the door is shut by force, after 4 s, it is cut off.
	expect(page.response.complete).toBe(true);
});
