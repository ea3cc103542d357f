import { expect, test } from "vitest";
import { MINUTE } from "../set-up.ts";
import { byKind, setUpWrite, WITHOUT_NOTES } from "./set-up-write.ts";

const close = (id: string) => ({
	id,
	fields: { Status: "completed", Notes: "closed" },
});

test("a field that the base lacks costs itself alone, with a warning", async () => {
	const { ids, write, get, lines } = await setUpWrite({
		jobs: 10,
		schema: WITHOUT_NOTES,
	});

	const results = await write(ids.map(close));

	expect(byKind(results)).toEqual({ written: expect.arrayContaining(ids) });
	for (const id of ids) expect(get(id)).toEqual({ Status: "completed" });
	expect(lines).toMatchObject([
		{
			level: "warn",
			table: "Jobs",
			field: "Notes",
			fault: "UNKNOWN_FIELD_NAME",
		},
	]);
});

test("a lacking field is not sent again until ten minutes have passed", async () => {
	const { clock, ids, write, patches } = await setUpWrite({
		jobs: 3,
		schema: WITHOUT_NOTES,
	});
	await write(ids.map(close));
	patches();

	clock.advance(9 * MINUTE);
	await write(ids.map(close));
	const soon = patches();
	clock.advance(2 * MINUTE);
	await write(ids.map(close));
	const later = patches();

	expect(soon).toEqual([3]);
	expect(later.length).toBeGreaterThan(1);
});

test("a field that a person has added is written once it is tried again", async () => {
	const schema = structuredClone(WITHOUT_NOTES);
	const { clock, ids, write, get } = await setUpWrite({ schema });
	await write(ids.map(close));
	Object.assign(schema.Jobs ?? {}, { Notes: "text" });

	clock.advance(11 * MINUTE);
	await write(ids.map(close));

	expect(get(String(ids[0]))).toEqual({ Status: "completed", Notes: "closed" });
});

test("what one batch learns spares the others", async () => {
	const { ids, write, patches } = await setUpWrite({
		jobs: 50,
		schema: WITHOUT_NOTES,
	});

	const results = await write(ids.map(close));

	expect(byKind(results).written).toHaveLength(50);
	// Taken apart each by itself, five batches would cost 55.
	expect(patches().length).toBeLessThan(30);
});

test("a record whose essential field is refused is not written, and says which", async () => {
	const { ids, write, get, lines } = await setUpWrite({ jobs: 2 });
	const [bad = "", good = ""] = ids;

	const results = await write([
		{ id: bad, fields: { Notes: "closed", Status: "erledigt" } },
		close(good),
	]);

	expect(results.get(bad)).toEqual({
		kind: "refused",
		field: "Status",
		why: expect.stringContaining("INVALID_MULTIPLE_CHOICE_OPTIONS"),
	});
	expect(get(bad)).toEqual({ Status: "processing" });
	expect(get(good)).toMatchObject({ Status: "completed", Notes: "closed" });
	expect(lines).toMatchObject([
		{ level: "error", table: "Jobs", field: "Status", record: bad },
	]);
});

test("a lacking essential field is asked for once in a minute, and each record still says why", async () => {
	const schema = { Jobs: { Notes: "text" } } as const;
	const { clock, ids, write, patches } = await setUpWrite({ jobs: 2, schema });
	const refused = expect.objectContaining({ kind: "refused", field: "Status" });
	await write(ids.map(close));
	patches();

	const again = await write(ids.map(close));

	expect([...again.values()]).toEqual([refused, refused]);
	expect(patches()).toEqual([]);
	clock.advance(MINUTE);
	await write(ids.map(close));
	expect(patches()).not.toEqual([]);
});

test("an option that a select refuses does not block its other options", async () => {
	const { ids, write, patches, get } = await setUpWrite({ jobs: 2 });
	const [first = "", second = ""] = ids;
	const set = (id: string, Status: string) => ({ id, fields: { Status } });
	await write([set(first, "erledigt")]);
	patches();

	const results = await write([
		set(first, "erledigt"),
		set(second, "completed"),
	]);

	expect(byKind(results)).toEqual({ refused: [first], written: [second] });
	expect(patches()).toEqual([1]);
	expect(get(second).Status).toBe("completed");
});

test("a value that one record's field cannot hold says nothing of other records", async () => {
	const { ids, write, get } = await setUpWrite({ jobs: 2 });
	const [first = "", second = ""] = ids;
	await write([{ id: first, fields: { Status: "completed", Notes: 7 } }]);

	await write([close(second)]);

	expect(get(second)).toEqual({ Status: "completed", Notes: "closed" });
});
