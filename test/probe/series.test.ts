import { expect, test } from "vitest";
import type { StoredObject } from "../../src/probe/object.ts";
import { createHeads, type HeadObject } from "../../src/probe/spaces.ts";
import { startBucket } from "./bucket.ts";

/** As many faults as end a series. */
const MOST = 10;

/** A bucket that answers with one status after the other, 0 being a connection that is cut, and the last for ever. */
async function setUp(...statuses: number[]) {
	const left = [...statuses];
	const bucket = await startBucket((res) => {
		const status = left.length > 1 ? left.shift() : left[0];
		if (status) res.writeHead(status).end();
		else res.destroy();
	});
	const heads = createHeads({ deadlineMs: 60_000, most: 1 });
	const askAll = (head: HeadObject, count: number) =>
		Promise.all(
			Array.from({ length: count }, (_, nth) =>
				head(bucket.object(`${nth}.mp4`) satisfies StoredObject),
			),
		);
	return { bucket, heads, askAll };
}

test.each([
	["an error of its own", 503],
	["that it is asked too much", 429],
	["nothing", 0],
])(
	"a Spaces that answers with %s ten times in a row is not asked for the rest",
	async (_, status) => {
		const { bucket, heads, askAll } = await setUp(status);

		const answers = await askAll(heads(), MOST + 5);

		expect(bucket.asked).toHaveLength(MOST);
		expect(answers.slice(MOST)).toMatchObject(
			Array(5).fill({
				kind: "unknown",
				asked: false,
				why: "Spaces does not answer: not asked in this round",
			}),
		);
	},
);

test("any answer in between begins the count anew", async () => {
	const nine = Array<number>(MOST - 1).fill(503);
	const { bucket, heads, askAll } = await setUp(...nine, 404, ...nine, 404);

	await askAll(heads(), 2 * MOST + 5);

	expect(bucket.asked).toHaveLength(2 * MOST + 5);
});

test("objects that are not there are asked for, however many", async () => {
	const { bucket, heads, askAll } = await setUp(404);

	await askAll(heads(), 3 * MOST);

	expect(bucket.asked).toHaveLength(3 * MOST);
});

test("the next series is asked for again", async () => {
	const { bucket, heads, askAll } = await setUp(
		...Array<number>(MOST).fill(503),
		404,
	);
	await askAll(heads(), MOST + 5);

	const answers = await askAll(heads(), 3);

	expect(answers.map(({ kind }) => kind)).toEqual(Array(3).fill("absent"));
	expect(bucket.asked).toHaveLength(MOST + 3);
});
