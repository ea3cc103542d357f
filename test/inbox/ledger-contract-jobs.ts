import { describe, expect, test } from "vitest";
import type { KnownJob } from "../../src/inbox/ledger/known-jobs.ts";
import type { Ledger } from "../../src/inbox/ledger.ts";
import type { RecordId } from "../../src/job.ts";
import { HOUR, MINUTE, START } from "../set-up.ts";
import { arrival } from "./awaited.ts";
import { ncaJobId, recordId } from "./entries.ts";
import {
	event,
	JOB,
	NEXT_RUN,
	type OpenLedger,
	OTHER,
	outcome,
	RUN,
	seen,
	TARGET,
	THE_RUN,
} from "./seen.ts";

const THIRD = recordId("rec00000000000003");
const announced = (jobId: RecordId, more = {}) => ({
	jobId,
	ncaJobId: null,
	operation: "combine",
	at: START,
	...more,
});

async function stateOf(ledger: Ledger, id = JOB) {
	const jobs = await ledger.jobs({ limit: 9 });
	return jobs.find(({ jobId }) => jobId === id)?.state;
}

const idsOf = (jobs: readonly KnownJob[]) => jobs.map(({ jobId }) => jobId);

/** Jobs as people look at them. */
export function jobsContract(open: OpenLedger): void {
	test("one job is told as it is in the list; of one that is not known, nothing", async () => {
		const { ledger } = await open();
		await ledger.listed([seen()], START, true);
		await ledger.expect(announced(OTHER));

		const listed = await ledger.jobs({ limit: 9 });
		const alone = [await ledger.job(OTHER), await ledger.job(JOB)];

		expect(listed).toHaveLength(2);
		expect(alone).toEqual(expect.arrayContaining(listed));
		expect(await ledger.job(THIRD)).toBeNull();
	});

	describe("where a job stands", () => {
		test("it was seen", async () => {
			const { ledger } = await open();

			await ledger.saw([seen()], START);

			expect(await ledger.jobs({ limit: 9 })).toEqual([
				{
					...THE_RUN,
					operation: "combine",
					targetId: TARGET,
					state: "seen",
					createdAt: START - HOUR,
					firstSeenAt: START,
					stuckSince: null,
					checkedAt: null,
					ncaSaid: null,
					looked: null,
					settled: null,
				},
			]);
		});

		test("a round found it in processing, looked for its file, and asked NCA", async () => {
			const { ledger } = await open();
			await ledger.listed([seen()], START, true);
			const look = { verdict: "waiting", why: "absent" };
			await ledger.looked([{ ...THE_RUN, ...look }], START + 1);
			await ledger.ncaSaid(THE_RUN, "queued", event("asked"));

			expect(await ledger.jobs({ limit: 9 })).toMatchObject([
				{
					state: "stuck",
					stuckSince: START,
					checkedAt: START + 1,
					ncaSaid: "queued",
					looked: look,
				},
			]);
		});

		test("it is stuck no more when a round does not find it, or it is closed", async () => {
			const { ledger } = await open();
			await ledger.listed([seen(), seen({ id: OTHER })], START, true);

			await ledger.settled([outcome()], []);
			await ledger.listed([], START + 1, true);

			expect(await stateOf(ledger)).toBe("completed");
			expect(await stateOf(ledger, OTHER)).toBe("seen");
		});

		test("it was closed", async () => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);
			const how = {
				outcome: "failed",
				via: "polling",
				at: START + 1,
				reason: "ffmpeg",
			} as const;

			await ledger.settled([outcome(how)], []);

			expect(await ledger.jobs({ limit: 9 })).toMatchObject([
				{ state: "failed", ncaJobId: RUN, settled: how },
			]);
		});

		test("its latest run counts", async () => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);
			await ledger.settled([outcome()], []);

			await ledger.saw([seen({ ncaJobId: NEXT_RUN })], START + 1);

			expect(await ledger.jobs({ limit: 9 })).toMatchObject([
				{ state: "seen", ncaJobId: NEXT_RUN, settled: null },
			]);
		});

		test("what closed it before its record bore its id is what became of it", async () => {
			const { ledger } = await open();
			await ledger.saw([seen({ ncaJobId: null })], START - 1);
			await ledger.settled([outcome()], []);

			await ledger.saw([seen({ ncaJobId: NEXT_RUN })], START + 1);

			expect(await stateOf(ledger)).toBe("completed");
		});

		test("its webhook is announced, whether or not its record was seen", async () => {
			const { ledger } = await open();
			await ledger.saw([seen({ createdAt: START - 1 })], START);
			await ledger.expect(announced(JOB));
			await ledger.expect(announced(OTHER, { operation: "concatenate" }));

			const jobs = await ledger.jobs({ state: "expected", limit: 9 });

			expect(jobs).toMatchObject([
				{
					jobId: OTHER,
					state: "expected",
					operation: "concatenate",
					createdAt: START,
					firstSeenAt: START,
				},
				{ jobId: JOB, state: "expected", createdAt: START - 1, ncaJobId: RUN },
			]);
			expect(await ledger.jobs({ limit: 9 })).toEqual(jobs);
		});

		test("what was announced is expected until it comes, is found otherwise, or is given up", async () => {
			const { ledger } = await open();
			const named = (id: string) => ({ id: recordId(id), ncaJobId: RUN });
			const jobs = [JOB, OTHER, THIRD].map((id) => seen(named(id)));
			await ledger.saw(jobs, START);
			for (const id of [JOB, OTHER, THIRD])
				await ledger.expect(announced(id, { ncaJobId: RUN }));

			await ledger.arrived([arrival({ at: START + MINUTE })]);
			await ledger.settled([outcome({ jobId: OTHER, via: "polling" })], []);
			await ledger.resolved([THIRD], START + MINUTE);

			expect(await stateOf(ledger)).toBe("seen");
			expect(await stateOf(ledger, OTHER)).toBe("completed");
			expect(await stateOf(ledger, THIRD)).toBe("seen");
			expect(await ledger.jobs({ state: "expected", limit: 9 })).toEqual([]);
		});

		test("what was announced after the last close is expected", async () => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);
			await ledger.settled([outcome()], []);

			await ledger.expect(
				announced(JOB, { ncaJobId: NEXT_RUN, at: START + 1 }),
			);

			expect(await stateOf(ledger)).toBe("expected");
		});
	});

	describe("a list", () => {
		/** More than are read at once, three of them made in each second. */
		const MANY = 500;
		const nth = (n: number) => recordId(`rec${String(n).padStart(14, "0")}`);
		const many = Array.from({ length: MANY }, (_, n) =>
			seen({
				id: nth(n),
				ncaJobId: ncaJobId(`run-${n}`),
				createdAt: START + Math.floor(n / 3) * 1000,
			}),
		);
		const newestFirst = many.map(({ id }) => id).toReversed();

		test("goes through all, page by page, newest made first", async () => {
			const { ledger } = await open();
			await ledger.saw(many, START);

			const found: RecordId[] = [];
			for (let before: string | undefined; found.length < MANY; ) {
				const page = await ledger.jobs({ limit: 130, before });
				found.push(...idsOf(page));
				before = found.at(-1);
			}

			expect(found).toEqual(newestFirst);
			const before = newestFirst.at(-1);
			expect(await ledger.jobs({ limit: 1, before })).toEqual([]);
		});

		test("goes through those of one state, however few", async () => {
			const { ledger } = await open();
			await ledger.saw(many, START);
			await ledger.settled(
				[3, 450].map((n) =>
					outcome({ jobId: nth(n), ncaJobId: ncaJobId(`run-${n}`) }),
				),
				[],
			);
			await ledger.settled(
				[4, 451].map((n) =>
					outcome({
						jobId: nth(n),
						ncaJobId: ncaJobId(`run-${n}`),
						outcome: "failed",
					}),
				),
				[],
			);
			await ledger.listed(many.slice(5, 7), START + 1, true);
			const list = async (state: KnownJob["state"], more = {}) =>
				idsOf(await ledger.jobs({ state, limit: 9, ...more }));

			expect(await list("completed")).toEqual([nth(450), nth(3)]);
			expect(await list("completed", { limit: 1 })).toEqual([nth(450)]);
			expect(await list("completed", { before: nth(450) })).toEqual([nth(3)]);
			expect(await list("failed")).toEqual([nth(451), nth(4)]);
			expect(await list("stuck")).toEqual([nth(6), nth(5)]);
			expect(await list("expected")).toEqual([]);
			expect(await list("seen", { limit: 1 })).toEqual([nth(499)]);
		});

		test("goes on after a job that is of another state by now", async () => {
			const { ledger } = await open();
			await ledger.listed(many.slice(0, 3), START, true);
			await ledger.settled(
				[outcome({ jobId: nth(1), ncaJobId: ncaJobId("run-1") })],
				[],
			);

			const rest = await ledger.jobs({
				state: "stuck",
				limit: 9,
				before: nth(1),
			});

			expect(idsOf(rest)).toEqual([nth(0)]);
		});

		test("ends at a job that is not known", async () => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);

			expect(await ledger.jobs({ limit: 9, before: OTHER })).toEqual([]);
		});
	});

	test("a job of which nothing is heard any more is not listed", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);

		await ledger.prune(START + HOUR, START + HOUR);

		expect(await ledger.jobs({ limit: 9 })).toEqual([]);
		expect(await ledger.madeSince(0)).toBe(0);
	});

	test("those in processing are stuck, or announced besides: each is counted once", async () => {
		const { ledger } = await open();
		await ledger.listed([seen()], START, true);
		await ledger.expect(announced(JOB, { ncaJobId: NEXT_RUN }));
		await ledger.expect(announced(OTHER));
		await ledger.expect(announced(OTHER, { ncaJobId: RUN }));
		await ledger.expect(announced(THIRD, { ncaJobId: NEXT_RUN }));
		await ledger.saw([seen({ id: THIRD, ncaJobId: NEXT_RUN })], START);
		const before = await ledger.inProcessing();

		await ledger.settled(
			[outcome({ jobId: THIRD, ncaJobId: NEXT_RUN, via: "polling" })],
			[],
		);

		expect(before).toEqual({ stuck: 1, expected: 2 });
		expect(await ledger.inProcessing()).toEqual({ stuck: 1, expected: 1 });
	});

	test("jobs are counted from when they were made, those alone whose record was seen", async () => {
		const { ledger } = await open();
		await ledger.saw(
			[seen({ createdAt: START }), seen({ id: OTHER, createdAt: START - 1 })],
			START + HOUR,
		);
		await ledger.expect(announced(THIRD));

		expect(await ledger.madeSince(START - 1)).toBe(2);
		expect(await ledger.madeSince(START)).toBe(1);
		expect(await ledger.madeSince(START + 1)).toBe(0);
	});

	test("a webhook that was expected and did not come is missed", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.expect(announced(JOB, { ncaJobId: RUN }));
		const missed = () => ledger.missedBetween(START, START + 1);

		const before = await missed();
		const others = [
			await ledger.missedBetween(START - 1, START),
			await ledger.missedBetween(START + 1, START + 2),
		];
		await ledger.arrived([arrival({ at: START + MINUTE })]);
		const arrived = await missed();
		await ledger.expect(announced(OTHER));
		const other = await missed();
		await ledger.resolved([OTHER], START + MINUTE);

		expect([before, ...others]).toEqual([true, false, false]);
		expect([arrived, other, await missed()]).toEqual([false, true, false]);
	});

	test("one that a round expects is missed too, as long as it is not here", async () => {
		const { ledger } = await open();

		await ledger.listed([seen()], START, true);

		expect(await ledger.missedBetween(START - HOUR, START)).toBe(true);
	});
}
