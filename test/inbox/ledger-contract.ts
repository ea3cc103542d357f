import { describe, expect, test } from "vitest";
import type { SeenJob } from "../../src/airtable/job-record.ts";
import type { Ledger } from "../../src/inbox/ledger.ts";
import type { SettledRun } from "../../src/settle/memory.ts";
import { HOUR, START } from "../set-up.ts";
import { ncaJobId, recordId } from "./entries.ts";

type Open = () => Promise<{ ledger: Ledger; reopen: () => Promise<Ledger> }>;

const JOB = recordId("rec00000000000001");
const OTHER = recordId("rec00000000000002");
const TARGET = recordId("recTARGET00000001");
const RUN = ncaJobId("run-00000001");
const NEXT_RUN = ncaJobId("run-00000002");

const job = (more: Partial<SeenJob> = {}): SeenJob => ({
	id: JOB,
	ncaJobId: RUN,
	operation: "combine",
	targetId: TARGET,
	createdAt: START - HOUR,
	closed: null,
	...more,
});
const look = { jobId: JOB, ncaJobId: RUN, verdict: "waiting", why: "absent" };
const outcome = (more: Partial<SettledRun> = {}): SettledRun => ({
	jobId: JOB,
	ncaJobId: RUN,
	outcome: "completed",
	via: "webhook",
	at: START,
	reason: "",
	files: [],
	kept: true,
	again: false,
	...more,
});

/** What every store of the ledger promises. */
export function ledgerContract(name: string, open: Open): void {
	describe(name, () => {
		test("a job keeps the time at which it was first seen", async () => {
			const { ledger } = await open();

			await ledger.saw([job()], START);
			await ledger.saw([job()], START + HOUR);

			expect((await ledger.recall([JOB])).get(JOB)).toEqual({
				firstSeenAt: START,
				operation: "combine",
				targetId: TARGET,
				runs: [{ ncaJobId: RUN, seen: true, settled: null }],
			});
		});

		test("each run that a record has borne is remembered", async () => {
			const { ledger } = await open();

			await ledger.saw([job({ ncaJobId: null })], START);
			await ledger.saw([job()], START + 1);
			await ledger.saw([job({ ncaJobId: NEXT_RUN })], START + 2);

			const runs = (await ledger.recall([JOB])).get(JOB)?.runs;
			expect(runs?.map(({ ncaJobId }) => ncaJobId)).toEqual([
				null,
				RUN,
				NEXT_RUN,
			]);
		});

		test("only jobs that were seen are recalled", async () => {
			const { ledger } = await open();
			await ledger.saw([job()], START);

			const known = await ledger.recall([JOB, OTHER]);

			expect([...known.keys()]).toEqual([JOB]);
		});

		test("what became of a run is remembered, and what proved it wrong", async () => {
			const { ledger } = await open();
			await ledger.saw([job()], START);
			const settled = async () =>
				(await ledger.recall([JOB])).get(JOB)?.runs[0]?.settled;

			await ledger.settled(
				[outcome({ outcome: "failed", via: "polling" })],
				[],
			);
			const first = await settled();
			await ledger.settled([outcome({ at: START + 1 })], []);

			expect(first).toMatchObject({ outcome: "failed", at: START });
			expect(await settled()).toMatchObject({
				outcome: "completed",
				at: START + 1,
			});
		});

		test("an outcome is that of its run, and of no other", async () => {
			const { ledger } = await open();
			await ledger.saw([job(), job({ ncaJobId: NEXT_RUN })], START);

			await ledger.settled([outcome()], []);

			const runs = (await ledger.recall([JOB])).get(JOB)?.runs ?? [];
			expect(runs.map((run) => run.settled?.outcome)).toEqual([
				"completed",
				undefined,
			]);
		});

		test("a run that its record has not borne is known as such, until it does", async () => {
			const { ledger } = await open();
			const seen = async () =>
				(await ledger.recall([JOB]))
					.get(JOB)
					?.runs.find(({ ncaJobId }) => ncaJobId === RUN);
			await ledger.saw([job({ ncaJobId: null })], START);

			await ledger.settled([outcome()], []);
			const before = await seen();
			await ledger.saw([job()], START + 1);

			const settled = { outcome: "completed", at: START };
			expect(before).toMatchObject({ ncaJobId: RUN, seen: false, settled });
			expect(await seen()).toMatchObject({
				ncaJobId: RUN,
				seen: true,
				settled,
			});
		});

		test("the newest job of a target and operation is known, by when it was made", async () => {
			const { ledger } = await open();
			const newer = job({ id: OTHER, createdAt: START });

			await ledger.saw([newer, job()], START);

			expect(await ledger.newestFor(TARGET, "combine")).toBe(OTHER);
			expect(await ledger.newestFor(TARGET, "image_zoom")).toBeNull();
			expect(await ledger.newestFor(JOB, "combine")).toBeNull();
		});

		test("a job whose target became known is found by it", async () => {
			const { ledger } = await open();
			await ledger.saw([job({ operation: null, targetId: null })], START);

			await ledger.saw([job()], START + 1);

			expect(await ledger.newestFor(TARGET, "combine")).toBe(JOB);
		});

		test("what a record no longer says of its target is still known", async () => {
			const { ledger } = await open();
			await ledger.saw([job()], START);

			await ledger.saw([job({ operation: null, targetId: null })], START + 1);

			expect(await ledger.newestFor(TARGET, "combine")).toBe(JOB);
		});

		test("when a run was last looked for is remembered", async () => {
			const { ledger } = await open();
			const next = job({ ncaJobId: NEXT_RUN });
			await ledger.saw([job(), next], START);

			await ledger.looked([look], START + 1);
			await ledger.looked([look], START + 2);

			const checkedAt = async (seen: SeenJob) =>
				(await ledger.stuckRuns([seen])).get(JOB)?.checkedAt;
			expect(await checkedAt(job())).toBe(START + 2);
			expect(await checkedAt(next)).toBeNull();
		});

		test("a fact is remembered by its name", async () => {
			const { ledger } = await open();
			const never = await ledger.fact("last_round");

			await ledger.note("last_round", START);
			await ledger.note("last_round", START + 1);

			expect(never).toBeNull();
			expect(await ledger.fact("last_round")).toBe(START + 1);
		});

		test("everything is still known when the store is opened again", async () => {
			const { ledger, reopen } = await open();
			await ledger.saw([job()], START);
			await ledger.looked([look], START + 1);
			await ledger.settled([outcome()], []);
			await ledger.note("last_round", START);
			const before = await ledger.recall([JOB]);

			const again = await reopen();

			expect(await again.recall([JOB])).toEqual(before);
			expect(await again.newestFor(TARGET, "combine")).toBe(JOB);
			const stuck = await again.stuckRuns([job()]);
			expect(stuck.get(JOB)?.checkedAt).toBe(START + 1);
			expect(await again.fact("last_round")).toBe(START);
		});
	});
}
