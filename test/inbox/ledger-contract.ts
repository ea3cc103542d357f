import { describe, expect, test } from "vitest";
import type { SeenJob } from "../../src/airtable/job-record.ts";
import { HOUR, START } from "../set-up.ts";
import { acknowledgementsContract } from "./ledger-contract-acknowledgements.ts";
import { expectedContract } from "./ledger-contract-expected.ts";
import { figuresContract } from "./ledger-contract-figures.ts";
import { filesContract } from "./ledger-contract-files.ts";
import { jobsContract } from "./ledger-contract-jobs.ts";
import { ncaContract } from "./ledger-contract-nca.ts";
import { rebuiltContract } from "./ledger-contract-rebuilt.ts";
import { roundsContract } from "./ledger-contract-rounds.ts";
import { runsContract } from "./ledger-contract-runs.ts";
import { silentContract } from "./ledger-contract-silent.ts";
import { talliesContract } from "./ledger-contract-tallies.ts";
import { timelineContract } from "./ledger-contract-timeline.ts";
import {
	JOB,
	look,
	NEXT_RUN,
	type OpenLedger,
	OTHER,
	outcome,
	RUN,
	seen,
	TARGET,
} from "./seen.ts";

/** What every store of the ledger promises. */
export function ledgerContract(name: string, open: OpenLedger): void {
	describe(name, () => {
		test("a job keeps the time at which it was first seen", async () => {
			const { ledger } = await open();

			await ledger.saw([seen()], START);
			await ledger.saw([seen()], START + HOUR);

			expect((await ledger.recall([JOB])).get(JOB)).toEqual({
				firstSeenAt: START,
				operation: "combine",
				targetId: TARGET,
				runs: [{ ncaJobId: RUN, seen: true, settled: null }],
			});
		});

		test("each run that a record has borne is remembered", async () => {
			const { ledger } = await open();

			await ledger.saw([seen({ ncaJobId: null })], START);
			await ledger.saw([seen()], START + 1);
			await ledger.saw([seen({ ncaJobId: NEXT_RUN })], START + 2);

			const runs = (await ledger.recall([JOB])).get(JOB)?.runs;
			expect(runs?.map(({ ncaJobId }) => ncaJobId)).toEqual([
				null,
				RUN,
				NEXT_RUN,
			]);
		});

		test("only jobs that were seen are recalled", async () => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);

			const known = await ledger.recall([JOB, OTHER]);

			expect([...known.keys()]).toEqual([JOB]);
		});

		test("what became of a run is remembered, and what proved it wrong", async () => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);
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
			await ledger.saw([seen(), seen({ ncaJobId: NEXT_RUN })], START);

			await ledger.settled([outcome()], []);

			const runs = (await ledger.recall([JOB])).get(JOB)?.runs ?? [];
			expect(runs.map((run) => run.settled?.outcome)).toEqual([
				"completed",
				undefined,
			]);
		});

		test("a run that its record has not borne is known as such, until it does", async () => {
			const { ledger } = await open();
			const known = async () =>
				(await ledger.recall([JOB]))
					.get(JOB)
					?.runs.find(({ ncaJobId }) => ncaJobId === RUN);
			await ledger.saw([seen({ ncaJobId: null })], START);

			await ledger.settled([outcome()], []);
			const before = await known();
			await ledger.saw([seen()], START + 1);

			const settled = { outcome: "completed", at: START };
			expect(before).toMatchObject({ ncaJobId: RUN, seen: false, settled });
			expect(await known()).toMatchObject({
				ncaJobId: RUN,
				seen: true,
				settled,
			});
		});

		test("the newest job of a target and operation is known, by when it was made", async () => {
			const { ledger } = await open();
			const newer = seen({ id: OTHER, createdAt: START });

			await ledger.saw([newer, seen()], START);

			expect(await ledger.newestFor(TARGET, "combine")).toBe(OTHER);
			expect(await ledger.newestFor(TARGET, "image_zoom")).toBeNull();
			expect(await ledger.newestFor(JOB, "combine")).toBeNull();
		});

		test("a job whose target became known is found by it", async () => {
			const { ledger } = await open();
			await ledger.saw([seen({ operation: null, targetId: null })], START);

			await ledger.saw([seen()], START + 1);

			expect(await ledger.newestFor(TARGET, "combine")).toBe(JOB);
		});

		test("what a record no longer says of its target is still known", async () => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);

			await ledger.saw([seen({ operation: null, targetId: null })], START + 1);

			expect(await ledger.newestFor(TARGET, "combine")).toBe(JOB);
		});

		test("when a run was last looked for is remembered", async () => {
			const { ledger } = await open();
			const next = seen({ ncaJobId: NEXT_RUN });
			await ledger.saw([seen(), next], START);

			await ledger.looked([look], START + 1);
			await ledger.looked([look], START + 2);

			const checkedAt = async (seen: SeenJob) =>
				(await ledger.stuckRuns([seen])).get(JOB)?.checkedAt;
			expect(await checkedAt(seen())).toBe(START + 2);
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
			await ledger.saw([seen()], START);
			await ledger.looked([look], START + 1);
			await ledger.settled([outcome()], []);
			await ledger.note("last_round", START);
			const before = await ledger.recall([JOB]);

			const again = await reopen();

			expect(await again.recall([JOB])).toEqual(before);
			expect(await again.newestFor(TARGET, "combine")).toBe(JOB);
			const stuck = await again.stuckRuns([seen()]);
			expect(stuck.get(JOB)?.checkedAt).toBe(START + 1);
			expect(await again.fact("last_round")).toBe(START);
		});

		describe("runs", () => runsContract(open));
		describe("what a record says of how we closed it", () =>
			rebuiltContract(open));
		describe("rounds", () => roundsContract(open));
		describe("NCA's word", () => ncaContract(open));
		describe("timeline", () => timelineContract(open));
		describe("expected webhooks", () => expectedContract(open));
		describe("figures", () => figuresContract(open));
		describe("jobs of which nothing is heard", () => silentContract(open));
		describe("tallies", () => talliesContract(open));
		describe("jobs", () => jobsContract(open));
		describe("files", () => filesContract(open));
		describe("acknowledgements", () => acknowledgementsContract(open));
	});
}
