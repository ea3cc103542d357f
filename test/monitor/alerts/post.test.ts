import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { createPost } from "../../../src/monitor/alerts/post.ts";
import { createHttp } from "../../../src/probe/http.ts";
import { serve } from "../../../src/sandbox/serve.ts";
import { START } from "../../set-up.ts";
import { setUpAlerts } from "./bench.ts";
import { nobody } from "./smtp.ts";

const HELD = { held: 11 };

/** Who answers a POST with what is said; null: never. */
async function startHook() {
	const posted: unknown[] = [];
	let status: number | null = 200;
	const app = express();
	app.use(express.json());
	app.post("/hook/s3cret", (req, res) => {
		posted.push(req.body);
		if (status === 302) res.redirect("/elsewhere");
		else if (status !== null) res.status(status).end();
	});
	const { url, close } = await serve(app);
	onTestFinished(close);
	return {
		url: `${url}/hook/s3cret`,
		posted,
		answer(next: number | null) {
			status = next;
		},
	};
}

async function setUpPost(url: string, deadlineMs = 5_000) {
	const post = createPost({ url, http: createHttp(deadlineMs) });
	return setUpAlerts([post], { deadlineMs });
}

test("a change is posted as JSON, once when it opens and once when it is over", async () => {
	const hook = await startHook();
	const bench = await setUpPost(hook.url);
	bench.goes(HELD);
	await bench.look();
	await bench.minutes(10);
	bench.goes();
	await bench.minutes(10);

	expect(hook.posted).toEqual(
		["opened", "resolved"].map((event) => ({
			event,
			cause: "timeouts_held",
			title: "timeouts held",
			since: new Date(START).toISOString(),
			details: event === "opened" ? "11 held by the last round" : "",
			meaning: expect.stringContaining("failed as timed out"),
			remedy: expect.stringContaining("give_up"),
			links: ["/dashboard", "/debug/jobs?state=stuck"],
		})),
	);
});

test.each([
	[500, "answered 500"],
	[302, "answered 302"],
	[404, "answered 404"],
	[null, "not answered within 100 ms"],
])(
	"an answer of %s is none: it is posted again the next minute",
	async (status, fault) => {
		const hook = await startHook();
		const bench = await setUpPost(hook.url, 100);
		hook.answer(status);
		bench.goes(HELD);
		await bench.look();

		hook.answer(204);
		await bench.minutes(5);

		expect(hook.posted).toHaveLength(2);
		expect(bench.said("alert not told")).toMatchObject([
			{ channel: "webhook", fault: expect.any(String) },
		]);
		if (status) expect(bench.said("alert not told")).toMatchObject([{ fault }]);
	},
);

test("its address, which may let anybody post there, is in no line", async () => {
	const bench = await setUpPost(`http://${await nobody()}/hook/s3cret`);
	bench.goes(HELD);

	await bench.look();

	expect(bench.said("alert not told")).toMatchObject([
		{ fault: "failed: ECONNREFUSED" },
	]);
	expect(JSON.stringify(bench.lines)).not.toContain("s3cret");
});
