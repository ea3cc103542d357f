import { expect, test } from "vitest";
import type { Ending } from "../../src/inbox/inbox.ts";
import type { DeliveryId } from "../../src/job.ts";
import { HOUR, MINUTE, START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { endAs } from "./contract-errands.ts";
import { entry, putAll, retry } from "./entries.ts";

const EMPTY = {
	waiting: 0,
	oldestAt: null,
	waitingFor: {},
	parked: 0,
	buried: 0,
};
/** Received so many minutes after the start. */
const after = (minutes: number) => ({ receivedAt: START + minutes * MINUTE });
const done = { kind: "done", verdict: "completed" } as const;
const forRecord = (dueAt: number | null) =>
	({
		kind: "retry",
		dueAt,
		waiting: { what: "record", since: START },
		reason: "no record yet",
	}) as const;

/** What stands in the inbox. */
export function depthContract(open: Open): void {
	test("nothing is in an empty one", async () => {
		const { inbox } = await open();

		expect(await inbox.depth()).toEqual(EMPTY);
	});

	test("what is to be settled waits, claimed or not, until it ends", async () => {
		const { inbox } = await open();
		await putAll(
			inbox,
			entry("d1", after(0)),
			entry("d2", after(1)),
			entry("d3", { ...after(2), dueAt: START + HOUR }),
		);
		const three = await inbox.depth();

		await inbox.claim(1, START);
		const claimed = await inbox.depth();
		await inbox.end(new Map([[entry("d1").id, done]]));

		expect(three).toEqual({ ...EMPTY, waiting: 3, oldestAt: START });
		expect(claimed).toEqual(three);
		expect(await inbox.depth()).toEqual({
			...EMPTY,
			waiting: 2,
			oldestAt: START + MINUTE,
		});
	});

	test("why they wait is told of those that wait for one thing, each reason once", async () => {
		const { inbox } = await open();
		const waiting = { what: "refused", since: START };
		const forField = (reason: string): Ending => ({
			kind: "retry",
			dueAt: START,
			waiting,
			reason,
		});
		await putAll(inbox, ...["d1", "d2", "d3", "d4"].map((id) => entry(id)));
		await inbox.claim(4, START);
		await inbox.end(
			new Map<DeliveryId, Ending>([
				[entry("d1").id, forField("no Videos.A")],
				[entry("d2").id, forField("no Videos.A")],
				[entry("d3").id, forField("no Jobs.B")],
				[entry("d4").id, forRecord(null)],
			]),
		);

		const all = await inbox.whyWaiting("refused", 10);
		const one = await inbox.whyWaiting("refused", 1);

		expect(all.toSorted()).toEqual(["no Jobs.B", "no Videos.A"]);
		expect(one).toHaveLength(1);
		expect(await inbox.whyWaiting("gone", 10)).toEqual([]);
	});

	test("it tells what is waited for, and how long without what waits for its record", async () => {
		const { inbox } = await open();
		await putAll(
			inbox,
			...[0, 1, 2, 3, 4].map((minute) => entry(`d${minute}`, after(minute))),
		);

		await endAs(inbox, {
			d0: forRecord(null),
			d1: forRecord(START + HOUR),
			d2: retry(START + HOUR),
			d3: retry(START + 2 * HOUR),
			d4: done,
		});

		expect(await inbox.depth()).toEqual({
			...EMPTY,
			waiting: 4,
			oldestAt: START + 2 * MINUTE,
			waitingFor: { record: 2, proof: 2 },
		});
	});

	test("what waits for its record goes on doing so while it is looked at", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));
		await endAs(inbox, { d1: forRecord(START + MINUTE) });

		await inbox.claim(1, START + MINUTE);

		expect(await inbox.depth()).toEqual({
			...EMPTY,
			waiting: 1,
			waitingFor: { record: 1 },
		});
	});

	test("read-backs wait by design", async () => {
		const { inbox } = await open();
		const readBack = { task: "read_back", proof: "own" } as const;
		await putAll(
			inbox,
			entry("d1", { ...readBack, dueAt: START + HOUR }),
			entry("d2", readBack),
			entry("d3", readBack),
			entry("d4", readBack),
		);

		await inbox.claim(1, START);
		await endAs(inbox, { d3: retry(START + HOUR), d4: forRecord(null) });

		expect(await inbox.depth()).toEqual(EMPTY);
	});

	test("what is parked and buried is counted, our own too, until it is taken again", async () => {
		const { inbox } = await open();
		await putAll(
			inbox,
			entry("d1", { state: "parked", reason: "no file" }),
			entry("d2", after(1)),
			entry("d3", { task: "read_back", proof: "own" }),
			entry("d4"),
			entry("d5", { state: "refused" }),
		);
		await endAs(inbox, {
			d2: { kind: "park", reason: "unproven" },
			d3: { kind: "bury", reason: "poison" },
			d4: { kind: "stale" },
		});
		const before = await inbox.depth();

		await inbox.replay({ id: "d2" });

		expect(before).toEqual({ ...EMPTY, parked: 2, buried: 1 });
		expect(await inbox.depth()).toEqual({
			...EMPTY,
			waiting: 1,
			oldestAt: START + MINUTE,
			parked: 1,
			buried: 1,
		});
	});
}
