import { expect, test } from "vitest";
import type { ClosedRun } from "../../src/airtable/closed-run.ts";
import { HOUR, START } from "../set-up.ts";
import {
	event,
	FILES,
	JOB,
	NEXT_RUN,
	type OpenLedger,
	outcome,
	RUN,
	seen,
	settledOf,
	THE_RUN,
} from "./seen.ts";

/** What a record says of how we closed it. */
const closed = (more: Partial<ClosedRun> = {}): ClosedRun => ({
	outcome: "completed",
	via: "polling",
	ncaJobId: RUN,
	urls: FILES.map(({ url }) => url),
	reason: "",
	at: START - HOUR,
	...more,
});

/** What records say of how we closed them. */
export function rebuiltContract(open: OpenLedger): void {
	test("is believed of a run that nothing is known of", async () => {
		const { ledger } = await open();

		await ledger.saw([seen({ closed: closed() })], START);

		expect(await settledOf(ledger)).toEqual({
			outcome: "completed",
			via: "polling",
			at: START - HOUR,
			reason: "",
			files: FILES.map((file) => ({ ...file, size: 0 })),
			closedAgain: 0,
			attachedAgain: 0,
			attachment: "pending",
		});
		const history = (await ledger.recall([JOB])).get(JOB);
		expect(history?.runs).toMatchObject([{ ncaJobId: RUN, seen: true }]);
	});

	test("is that of the run that it names, whichever the record bears", async () => {
		const { ledger } = await open();
		const failed = closed({ outcome: "failed", reason: "lost", urls: [] });

		await ledger.saw([seen({ ncaJobId: NEXT_RUN, closed: failed })], START);

		const history = (await ledger.recall([JOB])).get(JOB);
		expect(history?.runs).toMatchObject([
			{
				ncaJobId: RUN,
				seen: true,
				settled: { outcome: "failed", reason: "lost" },
			},
			{ ncaJobId: NEXT_RUN, seen: true, settled: null },
		]);
	});

	test("is no news of a run that is known otherwise", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.settled([outcome()], []);
		const record = seen({ closed: closed({ outcome: "failed" }) });

		await ledger.saw([record], START + 1);

		expect(await settledOf(ledger)).toMatchObject({
			outcome: "completed",
			via: "webhook",
		});
	});

	test("is believed of a run that is known, and not to have ended", async () => {
		const { ledger } = await open();
		await ledger.listed([seen()], START, true);

		await ledger.saw([seen({ closed: closed() })], START + 1);

		expect(await settledOf(ledger)).toMatchObject({
			outcome: "completed",
			via: "polling",
			at: START - HOUR,
			attachment: "pending",
		});
	});

	test("is believed of a close that came after a person had it reopened", async () => {
		const { ledger } = await open();
		await ledger.saw([seen({ closed: closed() })], START);
		await ledger.reopened(THE_RUN, event("reopened"));

		const later = closed({ at: START + 1, via: "manual" });
		await ledger.saw([seen({ closed: later })], START + 2);

		expect(await settledOf(ledger)).toMatchObject({ via: "manual" });
	});

	test("is not believed once a person has had it reopened", async () => {
		const { ledger, reopen } = await open();
		await ledger.saw([seen({ closed: closed() })], START);
		await ledger.reopened(THE_RUN, event("reopened"));

		await ledger.saw([seen({ closed: closed() })], START + 1);
		const again = await reopen();
		await again.listed([seen({ closed: closed() })], START + 2, true);

		expect(await settledOf(again)).toBeNull();
	});
}
