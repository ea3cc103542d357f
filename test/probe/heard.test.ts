import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { createHeads, type Head } from "../../src/probe/spaces.ts";
import { startBucket } from "./bucket.ts";
import { asking, refusal, reply, startToolkit, state } from "./toolkit.ts";

const PATIENT = { deadlineMs: 60_000, most: 1 };
const nothing = (res: ServerResponse) => res.destroy();

test("each HEAD is told of as it is answered, and what was not asked for as just that", async () => {
	const bucket = await startBucket(nothing);
	const heard: Head[] = [];
	const head = createHeads({ ...PATIENT, heard: (one) => heard.push(one) })();

	for (let nth = 0; nth < 11; nth += 1) await head(bucket.object("a.mp4"));

	expect(heard.map((one) => one.kind === "unknown" && one.asked)).toEqual([
		...Array(10).fill(true),
		false,
	]);
});

test("NCA is told to have answered where it did so as a toolkit, also that it does not know the job", async () => {
	const notFound = refusal(404, { error: "Job not found" });
	const answers = [
		reply(200, state("queued")),
		reply(404, notFound),
		reply(401, {}),
		nothing,
	];
	const toolkit = await startToolkit((res) => answers.shift()?.(res));
	const heard: [fault: string | null, status: number | null][] = [];
	const ask = asking(toolkit, { heard: (...one) => heard.push(one) });

	for (let nth = 0; nth < 4; nth += 1) await ask();

	expect(heard).toEqual([
		[null, 200],
		[null, 404],
		["NCA refused NCA_API_KEY", 401],
		["NCA failed: ECONNRESET", null],
	]);
});

test("while NCA is left alone, nothing is heard of it", async () => {
	const toolkit = await startToolkit(nothing);
	let told = 0;
	const ask = asking(toolkit, {
		heard() {
			told += 1;
		},
	});

	for (let nth = 0; nth < 5; nth += 1) await ask();

	expect(told).toBe(3);
});
