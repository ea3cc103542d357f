import { expect, test } from "vitest";
import { BUDGET } from "../../src/inbox/budget.ts";
import type { Entry } from "../../src/inbox/inbox.ts";
import { START } from "../set-up.ts";
import type { Open, Opened } from "./contract.ts";
import { deliveryId, entry, idsOf } from "./entries.ts";

const big = Buffer.alloc(4 * 1024 * 1024, "x");
/** More than there is room for. */
const MANY = BUDGET / big.length + 2;

/** Puts so many large ones, `a00`, `a01`, …, and waits until what is too much is gone. */
async function flood(
	{ inbox }: Opened,
	name: string,
	count: number,
	more: Partial<Entry>,
): Promise<void> {
	for (let nth = 0; nth < count; nth += 1)
		await inbox.put(
			entry(`${name}${String(nth).padStart(2, "0")}`, { body: big, ...more }),
		);
	await inbox.probe();
}

const REFUSED = { state: "refused", reason: "no token" } as const;
const TEST = { state: "test" } as const;
const PARKED = { state: "parked", reason: "no verdict" } as const;

export function budgetContract(open: Open): void {
	test("refused ones and tests go, oldest first, where they are too many; what is left is within the budget", async () => {
		const opened = await open();

		await flood(opened, "a", 4, TEST);
		await flood(opened, "b", MANY - 4, REFUSED);

		const left = idsOf(await opened.inbox.list({ limit: 99 }));
		expect(left.length * big.length).toBeLessThanOrEqual(BUDGET);
		expect(left.length).toBeGreaterThan(MANY - 6);
		expect(left).not.toContain("a00");
		expect(left[0]).toBe(`b${MANY - 5}`);
		expect(opened.evicted()).toEqual([]);
	});

	test("within the budget none goes", async () => {
		const opened = await open();

		await flood(opened, "a", MANY - 3, REFUSED);

		expect(await opened.inbox.list({ limit: 99 })).toHaveLength(MANY - 3);
	});

	test("what was parked at the door goes only when no refused one is left, and is told with its body before", async () => {
		const opened = await open();

		await flood(opened, "a", MANY - 1, PARKED);
		const first = opened.evicted();
		await flood(opened, "b", 1, REFUSED);
		await flood(opened, "c", 2, REFUSED);

		const left = idsOf(await opened.inbox.list({ limit: 99 }));
		expect(first.map(({ id }) => id)).toContain("a00");
		expect(first.every(({ body }) => body.equals(big))).toBe(true);
		expect(idsOf(opened.evicted())).toEqual(idsOf(first));
		expect(left.filter((id) => id.startsWith("a"))).toHaveLength(
			MANY - 1 - first.length,
		);
	});

	test("a webhook that waits for its record goes last, and is told with its body before", async () => {
		const opened = await open();
		const { inbox } = opened;
		await inbox.put(entry("u1", { body: big }));
		await inbox.claim(9, START);
		const ending = {
			kind: "retry",
			dueAt: null,
			waiting: { what: "record", since: START },
			reason: "no record",
		} as const;
		await inbox.end(new Map([[deliveryId("u1"), ending]]));

		await flood(opened, "a", MANY, PARKED);

		expect(await inbox.get("u1")).not.toBeNull();
		expect(opened.evicted().map(({ id }) => id)).not.toContain("u1");
		expect(opened.evicted().length).toBeGreaterThan(0);
	});

	test("what is accepted, parked after it was tried, or buried has no part in it", async () => {
		const opened = await open();
		const { inbox } = opened;
		await flood(opened, "a", 3, {});
		await inbox.claim(2, START);
		await inbox.end(
			new Map([
				[deliveryId("a00"), { kind: "park", reason: "unproven" }],
				[deliveryId("a01"), { kind: "bury", reason: "poison" }],
			]),
		);

		await flood(opened, "b", MANY, REFUSED);

		const left = idsOf(await inbox.list({ limit: 99 }));
		expect(left).toEqual(expect.arrayContaining(["a00", "a01", "a02"]));
		expect(opened.evicted()).toEqual([]);
	});
}
