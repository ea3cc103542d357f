import { expect, test } from "vitest";
import { HOUR, MINUTE, START } from "../set-up.ts";
import { announced, arrival, DAY, figures, overdue } from "./awaited.ts";
import { recordId } from "./entries.ts";
import {
	JOB,
	NEXT_RUN,
	type OpenLedger,
	OTHER,
	RUN,
	seen,
	THE_RUN,
} from "./seen.ts";

/** The webhooks that are to come. */
export function expectedContract(open: OpenLedger): void {
	test("a late repeat of an earlier run's webhook leaves what was announced since", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.arrived([arrival({ at: START })]);
		await ledger.expect(announced({ at: START + HOUR, ncaJobId: null }));

		await ledger.arrived([arrival({ at: START + HOUR })]);

		expect(await ledger.expectations(JOB)).toMatchObject([
			{ ncaJobId: RUN, announced: false, arrivedAt: START },
			{ ncaJobId: null, announced: true, arrivedAt: null },
		]);
	});

	test("a webhook that was announced is overdue until it comes", async () => {
		const { ledger, reopen } = await open();
		await ledger.saw([seen()], START);
		await ledger.expect(announced());

		const again = await reopen();
		const before = await overdue(again);
		await again.arrived([arrival()]);

		expect(before).toEqual([JOB]);
		expect(await overdue(again)).toEqual([]);
	});

	test("it is overdue between the two times alone, the latest first", async () => {
		const { ledger } = await open();
		const ids = [1, 2, 3, 4].map((nth) => recordId(`rec0000000000000${nth}`));
		for (const [nth, jobId] of ids.entries())
			await ledger.expect(announced({ jobId, at: START + nth }));

		expect(await ledger.overdue(START + 1, START + 3, 10)).toEqual([
			ids[2],
			ids[1],
		]);
		expect(await ledger.overdue(START, START + 4, 2)).toEqual([ids[3], ids[2]]);
	});

	test("one that only a round expects is not overdue", async () => {
		const { ledger } = await open();

		await ledger.listed([seen()], START, true);

		expect(await ledger.overdue(0, START + DAY, 10)).toEqual([]);
	});

	test("one that a round expected, and that is then announced, is", async () => {
		const { ledger } = await open();
		await ledger.listed([seen({ createdAt: START })], START, true);

		await ledger.expect(announced());
		await ledger.listed([seen({ createdAt: START })], START + 1, true);

		expect(await overdue(ledger)).toEqual([JOB]);
		expect(await figures(ledger)).toMatchObject([{ expected: 1 }]);
	});

	test("one that nobody waits for any more is not", async () => {
		const { ledger } = await open();
		await ledger.expect(announced());
		await ledger.expect(announced({ jobId: OTHER }));

		await ledger.resolved([JOB], START);

		expect(await overdue(ledger)).toEqual([OTHER]);
	});

	test("one that is announced again when it is over is waited for anew", async () => {
		const { ledger } = await open();
		await ledger.expect(announced({ at: START - 2 * HOUR }));
		await ledger.resolved([JOB], START - HOUR);

		await ledger.expect(announced());

		expect(await overdue(ledger)).toEqual([JOB]);
	});

	test("those that were looked for least come first", async () => {
		const { ledger } = await open();
		await ledger.saw([seen(), seen({ id: OTHER })], START);
		await ledger.expect(announced({ ncaJobId: null }));
		await ledger.expect(announced({ jobId: OTHER, at: START - 1 }));
		const look = { ...THE_RUN, verdict: "waiting", why: "" };

		const orders = [await overdue(ledger)];
		await ledger.attempted([JOB]);
		orders.push(await overdue(ledger));
		for (const at of [START, START + 1])
			await ledger.looked([{ ...look, jobId: OTHER }], at);
		orders.push(await overdue(ledger));

		expect(orders).toEqual([
			[JOB, OTHER],
			[OTHER, JOB],
			[JOB, OTHER],
		]);
	});

	test.each([
		[0, []],
		[15 * MINUTE, [JOB]],
	])(
		"an announcement without an id, %i ms after a webhook, expects one more: %j",
		async (after, expected) => {
			const { ledger } = await open();
			await ledger.saw([seen({ createdAt: START })], START);
			await ledger.arrived([arrival()]);

			await ledger.expect(announced({ ncaJobId: null, at: START + after }));

			expect(await overdue(ledger)).toEqual(expected);
			expect(await figures(ledger)).toMatchObject([{ arrived: 1 }]);
		},
	);

	test("what was expected of a job is told, the first first", async () => {
		const { ledger } = await open();
		await ledger.saw([seen({ createdAt: START - 1 })], START);
		await ledger.arrived([arrival()]);
		await ledger.expect(announced({ ncaJobId: NEXT_RUN, at: START + 1 }));
		await ledger.expect(announced({ jobId: OTHER }));

		expect(await ledger.expectations(JOB)).toEqual([
			{
				...announced({ at: START - 1 }),
				announced: false,
				attempts: 0,
				arrivedAt: START,
			},
			{
				...announced({ ncaJobId: NEXT_RUN, at: START + 1 }),
				announced: true,
				attempts: 0,
				arrivedAt: null,
			},
		]);
	});

	test("of a job that a round finds after a day none is expected any more", async () => {
		const { ledger } = await open();
		const old = seen({ id: OTHER, createdAt: START - DAY - 1 });

		await ledger.listed([seen({ createdAt: START - DAY }), old], START, true);

		expect(await ledger.expectations(JOB)).toHaveLength(1);
		expect(await ledger.expectations(OTHER)).toEqual([]);
	});

	test("one that was announced before NCA's id was known is that of the id that comes", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.expect(announced({ ncaJobId: null }));

		await ledger.arrived([arrival()]);

		expect(await overdue(ledger)).toEqual([]);
		expect(await figures(ledger)).toMatchObject([{ expected: 1, arrived: 1 }]);
	});

	test("what NCA's status tells is no webhook that came", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.expect(announced());

		await ledger.arrived([arrival({ via: "nca_status", workSeconds: 3 })]);

		expect(await overdue(ledger)).toEqual([JOB]);
		expect(await figures(ledger)).toMatchObject([
			{ expected: 1, arrived: 0, p50Seconds: 3 },
		]);
	});

	test("what was expected long ago is forgotten", async () => {
		const { ledger } = await open();
		await ledger.expect(announced({ at: START - 1 }));
		await ledger.expect(announced({ jobId: OTHER }));

		await ledger.prune(START, 0);

		expect(await overdue(ledger)).toEqual([OTHER]);
		expect(await figures(ledger)).toMatchObject([{ expected: 1 }]);
	});
}
