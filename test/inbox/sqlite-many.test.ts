import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import type { Entry } from "../../src/inbox/inbox.ts";
import { migrations } from "../../src/inbox/sqlite/migrations.ts";
import { START, temporaryFolder } from "../set-up.ts";
import { deliveryId, entry, idsOf, recordId } from "./entries.ts";
import { openStore } from "./store.ts";

/** More than is worked on in one turn, several times. */
const MANY = 2600;
const JOB = recordId("rec00000000000001");

async function open(dir = temporaryFolder(), more: Partial<Entry> = {}) {
	const store = openStore(dir);
	onTestFinished(store.close);
	const ids = Array.from({ length: MANY }, (_, nth) => `d${nth + 10_000}`);
	await Promise.all(
		ids.map((id, nth) =>
			store.inbox.put(
				entry(id, { repeatKey: id, jobId: nth === 0 ? JOB : null, ...more }),
			),
		),
	);
	return { ...store, dir, ids };
}

/** How large the file is; filled it has ten thousand of them, of which it may keep a thousand. */
function pagesOf(dir: string): number {
	const db = new DatabaseSync(join(dir, "inbox.db"), { readOnly: true });
	onTestFinished(() => db.close());
	return Number(db.prepare("PRAGMA page_count").get()?.page_count);
}

type Store = Awaited<ReturnType<typeof open>>;

async function endAll({ inbox, ids }: Store): Promise<void> {
	await inbox.claim(MANY, START);
	await inbox.end(
		new Map(ids.map((id) => [deliveryId(id), { kind: "stale" }])),
	);
}

test("what was recorded long ago is found among many", async () => {
	const { inbox, ids } = await open();

	const found = await inbox.list({ ids: [JOB], limit: 5 });

	expect(idsOf(found)).toEqual([ids[0]]);
});

test("pages follow each other without a gap", async () => {
	const { inbox, ids } = await open();
	const listed: string[] = [];

	for (let before: string | undefined; listed.length < MANY; ) {
		const page = await inbox.list({ limit: 700, before, since: START });
		listed.push(...idsOf(page));
		before = page.at(-1)?.id;
	}

	expect(listed).toEqual(ids.toReversed());
});

test("webhooks are put while many are looked through, taken again or forgotten", async () => {
	const store = await open();
	await endAll(store);
	const order: string[] = [];
	const put = async (id: string) => {
		await store.inbox.put(entry(id));
		order.push(id);
	};

	for (const [name, work] of Object.entries({
		list: () => store.inbox.list({ text: "not there", limit: 1 }),
		replay: () => store.inbox.replay({ state: "stale" }),
		prune: () => store.inbox.prune(START + 1),
	}))
		await Promise.all([work().then(() => order.push(name)), put(`e-${name}`)]);

	expect(order).toEqual([
		...["e-list", "list"],
		...["e-replay", "replay"],
		...["e-prune", "prune"],
	]);
});

test("many are taken again, each once", async () => {
	const store = await open();
	await endAll(store);

	const ids = await store.inbox.replay({ state: "stale" });

	expect(ids.toSorted()).toEqual(store.ids);
	expect(await store.inbox.claim(MANY + 1, START)).toHaveLength(MANY);
});

test("what is forgotten gives the disk its room back", async () => {
	const store = await open(temporaryFolder(), { body: Buffer.alloc(10_000) });
	await endAll(store);

	const forgotten = await store.inbox.prune(START + 1);

	expect(forgotten).toBe(MANY);
	expect(pagesOf(store.dir)).toBeLessThan(1500);
});

test("a database of an older version gives it back, too", async () => {
	const dir = temporaryFolder();
	const older = new DatabaseSync(join(dir, "inbox.db"));
	older.exec(`PRAGMA journal_mode = WAL; ${migrations[0]}`);
	older.exec("PRAGMA user_version = 1");
	older.close();
	const store = await open(dir, { body: Buffer.alloc(10_000) });
	await endAll(store);

	await store.inbox.prune(START + 1);

	expect(pagesOf(dir)).toBeLessThan(1500);
});
