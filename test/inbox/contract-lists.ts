import { expect, test } from "vitest";
import { START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { endAs } from "./contract-errands.ts";
import { entry, idsOf, putAll } from "./entries.ts";
import { JOB } from "./seen.ts";

const parked = (reason: string, more = {}) =>
	({ state: "parked", reason, ...more }) as const;

/** What wants a person, as it is looked at. */
export function listsContract(open: Open): void {
	async function filled() {
		const { inbox } = await open();
		await putAll(
			inbox,
			entry("d1", parked("no file")),
			entry("d2"),
			entry("d3", parked("foreign file", { jobId: JOB })),
			entry("d4"),
			entry("d5", parked("no file", { jobId: JOB, receivedAt: START + 1 })),
			entry("d6"),
		);
		await endAs(inbox, {
			d2: { kind: "bury", reason: "poison" },
			d4: { kind: "bury", reason: "refused" },
			d6: { kind: "done", verdict: "completed" },
		});
		return inbox;
	}

	test("what is parked, and what is buried, is listed newest first", async () => {
		const inbox = await filled();

		const items = await inbox.list({ state: "parked", limit: 9 });
		const buried = await inbox.list({ state: "buried", limit: 9 });

		expect(idsOf(items)).toEqual(["d5", "d3", "d1"]);
		expect(idsOf(buried)).toEqual(["d4", "d2"]);
	});

	test("what is parked is listed page by page, and by all else that is asked", async () => {
		const inbox = await filled();
		const list = async (more: object) =>
			idsOf(await inbox.list({ state: "parked", limit: 9, ...more }));

		expect(await list({ limit: 1 })).toEqual(["d5"]);
		expect(await list({ limit: 1, before: "d5" })).toEqual(["d3"]);
		expect(await list({ before: "d1" })).toEqual([]);
		expect(await list({ ids: [JOB] })).toEqual(["d5", "d3"]);
		expect(await list({ since: START + 1 })).toEqual(["d5"]);
		expect(await list({ text: "200" })).toEqual(["d5", "d3", "d1"]);
		expect(await list({ text: "elsewhere" })).toEqual([]);
	});

	test("it is listed by its reasons", async () => {
		const inbox = await filled();
		const list = async (reasons: string[], more = {}) =>
			idsOf(await inbox.list({ reasons, limit: 9, ...more }));

		expect(await list(["no file"])).toEqual(["d5", "d1"]);
		expect(await list(["no file", "poison"])).toEqual(["d5", "d2", "d1"]);
		expect(await list(["poison"], { state: "parked" })).toEqual([]);
		expect(await list([])).toEqual([]);
	});

	test("what is taken again is not among it any more", async () => {
		const inbox = await filled();

		await inbox.replay({ id: "d5" });

		const items = await inbox.list({ state: "parked", limit: 9 });
		expect(idsOf(items)).toEqual(["d3", "d1"]);
	});
}
