import { expect, test } from "vitest";
import type { Ledger } from "../../src/inbox/ledger.ts";
import { HOUR, START } from "../set-up.ts";
import { recordId } from "./entries.ts";
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

const LATER = START + HOUR;

/** Everything by which a job can be heard of. */
const WORDS: [string, (ledger: Ledger) => Promise<void>][] = [
	[
		"its record bears another id",
		(ledger) => ledger.saw([seen({ ncaJobId: NEXT_RUN })], LATER),
	],
	["it was settled", (ledger) => ledger.settled([outcome({ at: LATER })], [])],
	["a round found it", (ledger) => ledger.listed([seen()], LATER, false)],
	[
		"it was looked for",
		(ledger) =>
			ledger.looked([{ ...THE_RUN, verdict: "waiting", why: "" }], LATER),
	],
	[
		"it was reopened",
		(ledger) => ledger.reopened(THE_RUN, event("reopened", { at: LATER })),
	],
];

/** Jobs of which nothing is heard any more. */
export function silentContract(open: OpenLedger): void {
	test("are forgotten, with their runs", async () => {
		const { ledger, reopen } = await open();
		await ledger.listed([seen()], START, true);
		await ledger.settled([outcome()], []);
		await ledger.saw([seen({ id: OTHER })], LATER);

		await ledger.prune(0, LATER);

		const again = await reopen();
		expect([...(await again.recall([JOB, OTHER])).keys()]).toEqual([OTHER]);
		expect(await again.stuckRuns([seen()])).toEqual(new Map());
		expect(await again.jobOf(RUN)).toBe(OTHER);
		expect(await again.newestFor(TARGET, "combine")).toBe(OTHER);
	});

	test("are forgotten however many they are", async () => {
		const { ledger } = await open();
		const ids = Array.from({ length: 450 }, (_, nth) =>
			recordId(`rec${String(nth).padStart(14, "0")}`),
		);
		await ledger.saw(
			ids.map((id) => seen({ id })),
			START,
		);

		await ledger.prune(0, LATER);

		expect(await ledger.recall(ids)).toEqual(new Map());
	});

	test.each(WORDS)(
		"are not those of which it was heard that %s",
		async (_what, hear) => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);
			await hear(ledger);

			await ledger.prune(0, LATER);

			expect((await ledger.recall([JOB])).get(JOB)).toMatchObject({
				firstSeenAt: START,
			});
		},
	);

	test("are known anew when they come again", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.prune(0, LATER);

		await ledger.saw([seen()], LATER);

		expect((await ledger.recall([JOB])).get(JOB)).toMatchObject({
			firstSeenAt: LATER,
			runs: [{ ncaJobId: RUN, settled: null }],
		});
	});
}
