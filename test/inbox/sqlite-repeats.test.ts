import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { temporaryFolder } from "../set-up.ts";
import { deliveryId, entry } from "./entries.ts";
import { openStore } from "./store.ts";

const MANY = 20_000;
const NOW = entry("d").receivedAt;

/** More than are kept in memory. */
async function putMany({ inbox }: Pick<ReturnType<typeof openStore>, "inbox">) {
	const ids = Array.from({ length: MANY }, (_, nth) => `d${nth + 10_000}`);
	await Promise.all(ids.map((id) => inbox.put(entry(id, { repeatKey: id }))));
	return ids;
}

test("a repeat is known among many, before and after a start, whichever was put last", async () => {
	const dir = temporaryFolder();
	const store = openStore(dir);
	const [first = "", ...more] = await putMany(store);
	const last = more.at(-1) ?? "";
	await store.inbox.put(entry("e1", { repeatKey: "late" }));
	const before = [];
	for (const key of [first, last, "late"])
		before.push(await store.inbox.put(entry("f", { repeatKey: key })));
	store.close();

	const again = openStore(dir);
	const after = [];
	for (const key of [first, last, "late"])
		after.push(await again.inbox.put(entry("f", { repeatKey: key })));
	again.close();

	expect(before).toMatchObject([{ id: first }, { id: last }, { id: "e1" }]);
	expect(after).toEqual(before);
});

test("one of many that was buried is no repeat any more, before and after a start", async () => {
	const dir = temporaryFolder();
	const store = openStore(dir);
	const [first = ""] = await putMany(store);
	await store.inbox.claim(1, NOW);
	await store.inbox.end(
		new Map([[deliveryId(first), { kind: "bury", reason: "poison" }]]),
	);
	const before = await store.inbox.holds(first);
	store.close();

	const again = openStore(dir);
	const after = await again.inbox.put(entry("e1", { repeatKey: first }));
	again.close();

	expect([before, after]).toEqual([false, { kind: "new" }]);
});

test("when all is pruned, what comes then is known by its key after a start", async () => {
	const dir = temporaryFolder();
	const store = openStore(dir);
	const ids = await putMany(store);
	await store.inbox.claim(MANY, NOW);
	await store.inbox.end(
		new Map(ids.map((id) => [deliveryId(id), { kind: "stale" }])),
	);
	await store.inbox.prune(NOW + 1);
	await store.inbox.put(entry("e1", { repeatKey: "a" }));
	store.close();

	const again = openStore(dir);
	const repeat = await again.inbox.put(entry("e2", { repeatKey: "a" }));
	const pruned = await again.inbox.holds(ids[0] ?? "");
	again.close();

	expect(repeat).toMatchObject({ kind: "duplicate", id: "e1" });
	expect(pruned).toBe(false);
});

test("what comes while the last are forgotten is known by its key after a start", async () => {
	const dir = temporaryFolder();
	const store = openStore(dir);
	const newest = entry("e1", { receivedAt: NOW + 1 });
	const [ids] = await Promise.all([putMany(store), store.inbox.put(newest)]);
	await store.inbox.claim(MANY + 1, NOW + 1);
	await store.inbox.end(
		new Map([...ids, "e1"].map((id) => [deliveryId(id), { kind: "stale" }])),
	);
	await store.inbox.prune(NOW + 1);

	const put = store.inbox.put(entry("e2", { repeatKey: "a" }));
	await store.inbox.prune(NOW + 2);
	await put;
	store.close();
	const again = openStore(dir);
	const repeat = await again.inbox.put(entry("e3", { repeatKey: "a" }));
	again.close();

	expect(repeat).toMatchObject({ kind: "duplicate", id: "e2" });
});

test("a kill in the middle of forgetting leaves no gap in which a repeat is not known", async () => {
	const dir = temporaryFolder();
	openStore(dir).close();
	const db = new DatabaseSync(join(dir, "inbox.db"));
	db.exec("UPDATE facts SET value = 9999 WHERE name = 'repeats_kept'");
	db.close();
	const store = openStore(dir);
	await store.inbox.put(entry("d1", { repeatKey: "a" }));
	store.close();

	const again = openStore(dir);
	const repeat = await again.inbox.put(entry("d2", { repeatKey: "a" }));
	again.close();

	expect(repeat).toMatchObject({ kind: "duplicate", id: "d1" });
});
