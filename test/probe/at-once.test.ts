import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { atMost } from "../../src/probe/at-most.ts";
import { createHeads } from "../../src/probe/spaces.ts";
import { startBucket } from "./bucket.ts";

const found = (res: ServerResponse) =>
	res.writeHead(200, { "Content-Length": "7" }).end("1234567");

/** When everything that needs no more than promises has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("of many HEADs, no more than allowed are asked at once, and all are answered", async () => {
	const held: ServerResponse[] = [];
	const full = Promise.withResolvers<void>();
	let holding = true;
	const bucket = await startBucket((res, { method }) => {
		if (method !== "HEAD" || !holding) return void found(res);
		held.push(res);
		if (held.length === 3) full.resolve();
	});
	const head = createHeads({ deadlineMs: 60_000, most: 3 })();

	const heads = Promise.all(
		Array.from({ length: 9 }, (_, i) => head(bucket.object(`${i}.mp4`))),
	);
	await full.promise;
	// By the time of its answer, any further HEAD would have come.
	await fetch(bucket.object("fence").url, { method: "DELETE" });
	const atOnce = held.length;
	holding = false;
	for (const res of held) found(res);
	const answers = await heads;

	expect(atOnce).toBe(3);
	expect(answers.map(({ kind }) => kind)).toEqual(Array(9).fill("found"));
});

test("who waits at the gate comes through in order, as soon as one has left", async () => {
	const through = atMost(2);
	const entered: number[] = [];
	const leave: (() => void)[] = [];
	const visit = (n: number) =>
		through(() => {
			entered.push(n);
			return new Promise<void>((resolve) => leave.push(resolve));
		});
	void [1, 2, 3, 4].map(visit);

	await settled();
	const first = [...entered];
	leave[1]?.();
	await settled();
	const second = [...entered];
	leave[0]?.();
	await settled();

	expect(first).toEqual([1, 2]);
	expect(second).toEqual([1, 2, 3]);
	expect(entered).toEqual([1, 2, 3, 4]);
});

test("work that fails lets the next one in", async () => {
	const through = atMost(1);

	const [failed, next] = await Promise.allSettled([
		through(() => Promise.reject(new Error("no"))),
		through(async () => "in"),
	]);

	expect(failed.status).toBe("rejected");
	expect(next).toEqual({ status: "fulfilled", value: "in" });
});
