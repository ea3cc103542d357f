import { expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, ncaId, post } from "../jobs.ts";
import { HOUR, MINUTE, setUp, setUpWithNca } from "../set-up.ts";
import { WEBHOOK_SECRET } from "./attack.ts";

const env = { WEBHOOK_SECRET };

/** Posts without proof, many at once. */
async function refusedOf(bench: { url: string }, ids: readonly string[]) {
	for (let at = 0; at < ids.length; at += 50)
		await Promise.all(
			ids
				.slice(at, at + 50)
				.map((id) =>
					post(
						bench,
						`job_id=${id}&operation=combine`,
						composeFailure(id, ncaId()),
					).expect(401),
				),
		);
}

test("what is refused makes its job due, and no more than that", async () => {
	const bench = await setUp(env);
	const job = makeJob(bench, "combine", {}, 2 * HOUR);
	await bench.poll.round();
	bench.clock.advance(2 * MINUTE);
	const before = bench.airtable.get("Jobs", job.id);

	await refusedOf(bench, [job.id]);
	await bench.poll.round();

	expect(bench.spaces.heads).toEqual([job.file, job.file]);
	expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
});

test("many for one job cost one look a round, and no question to NCA that was not due", async () => {
	const bench = await setUpWithNca(env);
	const job = makeJob(bench, "combine", {}, 2 * HOUR);
	await bench.poll.round();
	bench.clock.advance(2 * MINUTE);

	await refusedOf(bench, Array(300).fill(job.id));
	await bench.poll.round();
	bench.clock.advance(2 * MINUTE);
	await bench.poll.round();

	expect(bench.spaces.heads).toHaveLength(2);
	expect(bench.nca.asked).toEqual([job.ncaJobId]);
});

test("of many jobs a hundred are due by what is refused in a minute, however many ids are made up besides", async () => {
	const bench = await setUp(env);
	const jobs = Array.from({ length: 300 }, () =>
		makeJob(bench, "combine", {}, 2 * HOUR),
	);
	await bench.poll.round();
	bench.clock.advance(2 * MINUTE);
	bench.spaces.heads.length = 0;
	const madeUp = Array.from({ length: 200 }, (_, nth) => `recMADEUP${nth}`);

	await refusedOf(bench, madeUp);
	await refusedOf(
		bench,
		jobs.map(({ id }) => id),
	);
	await bench.poll.round();

	expect(bench.spaces.heads).toHaveLength(100);
});
