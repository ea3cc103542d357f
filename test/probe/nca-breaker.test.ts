import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { MINUTE } from "../set-up.ts";
import { asking, JOB, refusal, reply, startToolkit, state } from "./toolkit.ts";

const broken = reply(502, "<html>Bad Gateway</html>");
const running = reply(200, state("running"));
const unreadable = reply(500, refusal(500, { error: "Expecting value" }));
const unknown = reply(404, refusal(404, { error: "Job not found" }));

/** An NCA that answers in this order, and then goes on as at last. */
async function inOrder(...answers: ((res: ServerResponse) => void)[]) {
	let time = 1000;
	const toolkit = await startToolkit((res, nth) =>
		(answers[nth - 1] ?? answers.at(-1))?.(res),
	);
	const ask = asking(toolkit, { monotonic: () => time });
	return {
		asked: toolkit.asked,
		ask,
		async times(count: number) {
			const kinds: string[] = [];
			for (let nth = 0; nth < count; nth += 1) kinds.push((await ask()).kind);
			return kinds;
		},
		advance: (ms: number) => {
			time += ms;
		},
	};
}

describe("an NCA that is not well", () => {
	test("is left alone after three faults in a row", async () => {
		const { asked, ask, times } = await inOrder(broken);

		await times(3);
		const answer = await ask();

		expect(asked).toHaveLength(3);
		const why = "NCA is left alone after several faults";
		expect(answer).toEqual({ kind: "unknown", why });
	});

	test("is asked again after five minutes, of a clock that nobody sets", async () => {
		const { asked, times, advance } = await inOrder(
			broken,
			broken,
			broken,
			running,
		);
		await times(3);

		advance(5 * MINUTE - 1);
		const before = await times(1);
		advance(1);
		const after = await times(1);

		expect([before, after]).toEqual([["unknown"], ["running"]]);
		expect(asked).toHaveLength(4);
	});

	test("is left alone again at once where it is not well yet", async () => {
		const { asked, times, advance } = await inOrder(broken);
		await times(3);

		advance(5 * MINUTE);
		await times(2);

		expect(asked).toHaveLength(4);
	});

	test("has three more chances once it has answered again", async () => {
		const { asked, times, advance } = await inOrder(
			broken,
			broken,
			broken,
			running,
			broken,
		);
		await times(3);

		advance(5 * MINUTE);
		await times(9);

		expect(asked).toHaveLength(3 + 1 + 3);
	});
});

test.each([
	["a good answer", running],
	["a job that it does not know", unknown],
	["a job's file that it cannot read", unreadable],
])("%s ends a row of faults", async (_what, word) => {
	const { asked, times } = await inOrder(
		broken,
		broken,
		word,
		broken,
		broken,
		running,
	);

	const kinds = await times(6);

	expect(asked).toHaveLength(6);
	expect(kinds.at(-1)).toBe("running");
});

test.each([
	["cannot read", unreadable],
	["does not know", unknown],
])("jobs that it %s are no faults of NCA's", async (_what, word) => {
	const { asked, times } = await inOrder(word);

	await times(9);

	expect(asked).toHaveLength(9);
});

test("one question is asked at a time, in order", async () => {
	const held: ServerResponse[] = [];
	const first = Promise.withResolvers<void>();
	const toolkit = await startToolkit((res, nth) => {
		if (nth > 1) return running(res);
		held.push(res);
		first.resolve();
	});
	const ask = asking(toolkit);
	const ids = [JOB, "job-b", "job-c"];
	const answers = Promise.all(ids.map(ask));
	await first.promise;
	// By the time of its answer, any further question would have come.
	await fetch(toolkit.url);

	const atOnce = toolkit.asked.length;
	for (const res of held) running(res);
	await answers;

	expect(atOnce).toBe(1);
	expect(toolkit.asked.map(({ body }) => JSON.parse(body).job_id)).toEqual(ids);
});
