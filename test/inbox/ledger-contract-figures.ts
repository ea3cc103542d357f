import { expect, test } from "vitest";
import { HOUR, MINUTE, START } from "../set-up.ts";
import { announced, arrival, DAY, figures, PATIENCE_MS } from "./awaited.ts";
import { ncaJobId, recordId } from "./entries.ts";
import { NEXT_RUN, type OpenLedger, OTHER, RUN, seen } from "./seen.ts";

/** How webhooks came. */
export function figuresContract(open: OpenLedger): void {
	test("a webhook that nobody expected is one that came", async () => {
		const { ledger } = await open();
		await ledger.saw([seen({ createdAt: START - 6 * MINUTE })], START);

		await ledger.arrived([arrival({ workSeconds: 12.5 })]);

		expect(await figures(ledger)).toEqual([
			{
				operation: "combine",
				expected: 1,
				arrived: 1,
				late: 1,
				averageLateSeconds: 60,
				neverArrived: 0,
				p50Seconds: 12.5,
				p99Seconds: 12.5,
			},
		]);
	});

	test("that it came a second time changes nothing", async () => {
		const { ledger } = await open();
		await ledger.saw([seen({ createdAt: START })], START);
		await ledger.arrived([arrival({ workSeconds: 1 })]);

		await ledger.arrived([arrival({ at: START + DAY, workSeconds: 2 })]);

		expect(await figures(ledger)).toMatchObject([
			{ expected: 1, arrived: 1, late: 0, p50Seconds: 1 },
		]);
	});

	test("figures are by operation, of what was expected since a time", async () => {
		const { ledger } = await open();
		const at = (ms: number) => START + ms;
		const jobs = [0, MINUTE, 2 * MINUTE].map((ms, nth) => ({
			...announced({
				jobId: recordId(`rec0000000000000${nth}`),
				at: at(ms),
			}),
		}));
		for (const one of jobs) await ledger.expect(one);
		await ledger.expect(announced({ jobId: OTHER, at: at(-DAY - 1) }));
		const concatenate = { operation: "concatenate", ncaJobId: NEXT_RUN };
		await ledger.expect(announced({ ...concatenate, at: at(-DAY) }));
		const recent = { ...concatenate, jobId: OTHER, at: at(-DAY + 2) };
		await ledger.expect(announced(recent));
		await ledger.saw(
			jobs.map(({ jobId }) => seen({ id: jobId })),
			START,
		);
		// A minute late, and two.
		await ledger.arrived([
			arrival({ jobId: recordId("rec00000000000000"), at: at(6 * MINUTE) }),
			arrival({ jobId: recordId("rec00000000000001"), at: at(8 * MINUTE) }),
			arrival({ jobId: recordId("rec00000000000002"), at: at(7 * MINUTE) }),
		]);

		const told = await figures(ledger, at(1));

		expect(told).toMatchObject([
			{
				operation: "combine",
				expected: 3,
				arrived: 3,
				late: 2,
				averageLateSeconds: 90,
				neverArrived: 0,
			},
			{
				operation: "concatenate",
				expected: 2,
				arrived: 0,
				late: 0,
				averageLateSeconds: null,
				neverArrived: 1,
				p50Seconds: null,
			},
		]);
	});

	test("half of an operation's jobs took no longer than the one figure, nearly all no longer than the other", async () => {
		const { ledger } = await open();
		const runs = Array.from({ length: 200 }, (_, nth) => ({
			id: recordId(`rec${String(nth).padStart(14, "0")}`),
			ncaJobId: ncaJobId(`run-${nth}`),
		}));
		await ledger.saw(
			runs.map((run) => seen(run)),
			START,
		);

		// In no order.
		await ledger.arrived(
			runs.map(({ id, ncaJobId: run }, nth) =>
				arrival({
					jobId: id,
					ncaJobId: run,
					workSeconds: ((nth * 7) % 200) + 1,
				}),
			),
		);

		expect(await figures(ledger)).toMatchObject([
			{ p50Seconds: 100, p99Seconds: 198 },
		]);
	});

	test("a job of an operation that is not known is told as other", async () => {
		const { ledger } = await open();

		await ledger.listed(
			[seen({ operation: null, ncaJobId: RUN })],
			START,
			true,
		);

		expect(await figures(ledger)).toMatchObject([
			{ operation: "other", expected: 1 },
		]);
	});

	test("late webhooks are counted for ever, each once", async () => {
		const { ledger, reopen } = await open();
		const createdAt = START - PATIENCE_MS;
		await ledger.saw(
			[seen({ createdAt }), seen({ id: OTHER, createdAt })],
			START,
		);
		const none = await ledger.lateWebhooks();

		await ledger.arrived([arrival({ via: "nca_status", at: START + HOUR })]);
		await ledger.arrived([arrival({ jobId: OTHER })]);
		const inTime = await ledger.lateWebhooks();
		for (const at of [START + 1, START + 2])
			await ledger.arrived([arrival({ at })]);
		await ledger.prune(START + DAY, 0);

		expect([none, inTime]).toEqual([0, 0]);
		expect(await (await reopen()).lateWebhooks()).toBe(1);
	});
}
