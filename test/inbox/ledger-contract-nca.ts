import { expect, test } from "vitest";
import { NCA_FINISHED } from "../../src/inbox/ledger/facts.ts";
import { MINUTE, START } from "../set-up.ts";
import {
	event,
	JOB,
	NEXT_RUN,
	type OpenLedger,
	OTHER,
	outcome,
	seen,
	stuck,
	THE_RUN,
} from "./seen.ts";

const other = seen({ id: OTHER, ncaJobId: NEXT_RUN });

/** What is remembered of what NCA says. */
export function ncaContract(open: OpenLedger): void {
	test("what NCA said last is remembered, with when", async () => {
		const { ledger, reopen } = await open();
		await ledger.saw([seen(), other], START);

		await ledger.ncaSaid(THE_RUN, "queued", event("nca answered"));
		const later = event("nca answered", { at: START + MINUTE });
		await ledger.ncaSaid(THE_RUN, "running", later);

		const again = await reopen();
		expect(await stuck(again)).toMatchObject({
			askedAt: START + MINUTE,
			ncaSaid: "running",
		});
		expect(await stuck(again, other)).toMatchObject({
			askedAt: null,
			ncaSaid: null,
		});
		expect(await again.timeline(JOB)).toHaveLength(2);
	});

	test("since when NCA is busy with a run is remembered, until it says otherwise", async () => {
		const { ledger, reopen } = await open();
		await ledger.listed([seen(), other], START, true);
		const busySince = [await ledger.busySince()];
		let last = ledger;

		for (const [nth, word] of (
			["queued", "running", "lost"] as const
		).entries()) {
			const answer = event("nca answered", { at: START + nth });
			await last.ncaSaid(THE_RUN, word, answer);
			last = await reopen();
			busySince.push(await last.busySince());
		}

		expect(busySince).toEqual([null, START, START, null]);
	});

	test("NCA is busy since the longest of several stuck runs", async () => {
		const { ledger } = await open();
		await ledger.listed([seen(), other], START, true);
		const others = { jobId: OTHER, ncaJobId: NEXT_RUN };
		const later = event("nca answered", { ...others, at: START + MINUTE });
		await ledger.ncaSaid(others, "running", later);
		await ledger.ncaSaid(THE_RUN, "running", event("nca answered"));

		const both = await ledger.busySince();
		await ledger.settled([outcome()], []);

		expect(both).toBe(START);
		expect(await ledger.busySince()).toBe(START + MINUTE);
	});

	test("NCA's route is remembered of a webhook that named it", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		const endpoint = "/v1/ffmpeg/compose";
		const arrival = {
			...THE_RUN,
			via: "webhook",
			at: START,
			patienceMs: MINUTE,
			workSeconds: null,
		} as const;

		await ledger.arrived([{ ...arrival, endpoint }]);
		await ledger.arrived([{ ...arrival, endpoint: null, at: START - 1 }]);

		expect(await stuck(ledger)).toMatchObject({ endpoint });
		expect(await ledger.fact(NCA_FINISHED)).toBe(START);
	});
}
