import { expect, test } from "vitest";
import { HOUR, START } from "../set-up.ts";
import {
	event,
	JOB,
	look,
	NEXT_RUN,
	type OpenLedger,
	OTHER,
	outcome,
	seen,
	THE_RUN,
} from "./seen.ts";

/** What happened to a job, as it is told. */
export function timelineContract(open: OpenLedger): void {
	test("what happened is told as it was, in its order", async () => {
		const { ledger, reopen } = await open();
		const facts = { wrote: [{ old: null, new: "it's\nso" }], times: 1.5 };
		const events = [
			event("settled", { facts }),
			event("settled", { jobId: OTHER }),
			event("kept", { ncaJobId: null, at: START - 1 }),
		];

		await ledger.settled([outcome()], events);

		const told = await (await reopen()).timeline(JOB);
		expect(told).toEqual([events[0], events[2]]);
	});

	test("of what is not remembered nothing is told", async () => {
		const { ledger } = await open();

		expect(await ledger.timeline(JOB)).toEqual([]);
	});

	test("a look is told when it came to something else than the one before", async () => {
		const { ledger, reopen } = await open();
		await ledger.saw([seen()], START);
		const found = { ...look, verdict: "recovered", why: "10 bytes" };

		await ledger.looked([look], START);
		await ledger.looked([look], START + 1);
		await ledger.looked([{ ...look, why: "500" }], START + 2);
		const again = await reopen();
		await again.looked([{ ...look, why: "500" }], START + 3);
		await again.looked([found], START + 4);
		await again.looked([look], START + 5);

		const told = await again.timeline(JOB);
		expect(told.map(({ at, what, facts }) => [at, what, facts])).toEqual([
			[START, "looked", { verdict: "waiting", why: "absent" }],
			[START + 2, "looked", { verdict: "waiting", why: "500" }],
			[START + 4, "looked", { verdict: "recovered", why: "10 bytes" }],
			[START + 5, "looked", { verdict: "waiting", why: "absent" }],
		]);
	});

	test("a look at another run, or another job, is another", async () => {
		const { ledger } = await open();
		await ledger.looked([look], START);

		await ledger.looked(
			[
				{ ...look, ncaJobId: NEXT_RUN },
				{ ...look, jobId: OTHER },
			],
			START + 1,
		);

		expect(await ledger.timeline(JOB)).toMatchObject([
			THE_RUN,
			{ ncaJobId: NEXT_RUN },
		]);
		expect(await ledger.timeline(OTHER)).toHaveLength(1);
	});

	test("what happened long ago is forgotten, closes later, and what became of the runs is not", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.settled([outcome()], [event("settled")]);
		await ledger.attachment(THE_RUN, "kept", event("kept"));
		const since = event("attached again", { at: START + HOUR });
		await ledger.listed([seen()], START + HOUR, false);
		await ledger.attachedAgain(THE_RUN, since);
		const happened = async () =>
			(await ledger.timeline(JOB)).map(({ what }) => what);

		await ledger.prune(START + HOUR, START);
		const first = await happened();
		await ledger.prune(START + HOUR, START + HOUR);

		expect(first).toEqual(["settled", "attached again"]);
		expect(await happened()).toEqual(["attached again"]);
		expect((await ledger.recall([JOB])).get(JOB)?.runs).toMatchObject([
			{ settled: { outcome: "completed" } },
		]);
	});
}
