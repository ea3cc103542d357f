import { expect, test } from "vitest";
import { json, pass } from "./set-up.ts";
import { byKind, setUpWrite } from "./set-up-write.ts";

const close = (id: string) => ({ id, fields: { Status: "completed" } });

test("records are written in batches of at most ten", async () => {
	const { ids, write, patches, get } = await setUpWrite({ jobs: 25 });

	const results = await write(ids.map(close));

	expect(patches()).toEqual([10, 10, 5]);
	expect(byKind(results)).toEqual({ written: ids });
	for (const id of ids) expect(get(id).Status).toBe("completed");
});

test("nothing to write costs no call", async () => {
	const { write, patches } = await setUpWrite();

	const results = await write([]);

	expect(results.size).toBe(0);
	expect(patches()).toEqual([]);
});

test("a bad record in a batch costs itself alone", async () => {
	const { ids, write, patches, get } = await setUpWrite({ jobs: 10 });
	const [first, ...others] = ids;
	const bad = { id: String(first), fields: { Status: "completed", Notes: 7 } };

	const results = await write([bad, ...others.map(close)]);

	expect(byKind(results)).toEqual({ written: expect.arrayContaining(ids) });
	for (const id of ids) expect(get(id).Status).toBe("completed");
	expect(get(String(first))).not.toHaveProperty("Notes");
	expect(patches().length).toBeLessThan(12);
});

test("a deleted record is gone, and costs itself alone", async () => {
	const { airtable, ids, write, get } = await setUpWrite({ jobs: 12 });
	const gone = String(ids[4]);
	const others = ids.filter((id) => id !== gone);
	airtable.remove("Jobs", gone);

	const results = await write(ids.map(close));

	expect(byKind(results)).toEqual({
		gone: [gone],
		written: expect.arrayContaining(others),
	});
	for (const id of others) expect(get(id).Status).toBe("completed");
});

test("a batch of nothing but deleted records is gone", async () => {
	const { airtable, ids, write, patches } = await setUpWrite({ jobs: 3 });
	for (const id of ids) airtable.remove("Jobs", id);

	const results = await write(
		ids.map((id) => ({ id, fields: { Status: "completed", Notes: "a" } })),
	);

	expect(byKind(results)).toEqual({ gone: ids });
	// The fields of a record that is not there are not tried one by one.
	expect(patches()).toEqual([3, 2, 1, 1, 1]);
});

test("a fault of the moment is for its batch alone, and is not tried again", async () => {
	const { answer, ids, write, patches, get } = await setUpWrite({ jobs: 20 });
	answer(json(503, {}));

	const results = await write(ids.map(close));

	const { fault = [], written = [] } = byKind(results);
	expect(fault).toHaveLength(10);
	expect(written).toHaveLength(10);
	expect(results.get(String(fault[0]))).toMatchObject({
		error: { name: "Transient", status: 503 },
	});
	for (const id of fault) expect(get(id).Status).toBe("processing");
	for (const id of written) expect(get(id).Status).toBe("completed");
	expect(patches()).toEqual([10]);
});

test("a fault while a batch is taken apart is for the half it met", async () => {
	const { answer, ids, write, get } = await setUpWrite({ jobs: 4 });
	const type = "INVALID_VALUE_FOR_COLUMN";
	answer(json(422, { error: { type, message: "no" } }), json(500, {}));

	const results = await write(ids.map(close));

	expect(byKind(results)).toEqual({
		fault: ids.slice(0, 2),
		written: ids.slice(2),
	});
	for (const id of ids.slice(2)) expect(get(id).Status).toBe("completed");
});

test("every record has exactly one result, whatever happens to the others", async () => {
	const { airtable, ids, write } = await setUpWrite({ jobs: 10 });
	airtable.remove("Jobs", String(ids[0]));
	const values: Record<number, unknown> = { 3: "nonsense", 7: 12 };

	const results = await write(
		ids.map((id, nth) => ({
			id,
			fields: { Status: values[nth] ?? "completed", Notes: "a" },
		})),
	);

	expect(byKind(results)).toEqual({
		gone: [ids[0]],
		refused: [ids[3], ids[7]],
		written: ids.filter((_, nth) => ![0, 3, 7].includes(nth)),
	});
});

test("a passing fault that meets an optional field by itself costs nothing", async () => {
	const { answer, ids, write, get } = await setUpWrite();
	const [id = ""] = ids;
	answer(pass, pass, json(503, {}));

	const results = await write([
		{ id, fields: { "Error Details": "x", Notes: 7, Status: "completed" } },
	]);

	expect(results.get(id)).toEqual({ kind: "written" });
	expect(get(id)).toEqual({ "Error Details": "x", Status: "completed" });
});

test("a fault that lasts costs the optional field that it meets alone", async () => {
	const { answer, ids, write, get, lines } = await setUpWrite();
	const [id = ""] = ids;
	// The record at once is refused for its Notes; then Status, Error Details and Notes come by themselves.
	answer(pass, pass, json(503, {}), json(503, {}));

	const results = await write([
		{ id, fields: { "Error Details": "x", Notes: 7, Status: "completed" } },
	]);

	expect(results.get(id)).toEqual({ kind: "written" });
	expect(get(id)).toEqual({ Status: "completed" });
	expect(lines).toMatchObject([
		{ level: "warn", field: "Error Details", status: 503 },
		{ level: "warn", field: "Notes", status: 422 },
	]);
});

test("a fault that meets the essential field by itself leaves the record for later", async () => {
	const { answer, ids, write, get } = await setUpWrite();
	const [id = ""] = ids;
	answer(pass, json(503, {}));

	const results = await write([
		{ id, fields: { Notes: 7, Status: "completed" } },
	]);

	expect(results.get(id)).toMatchObject({ kind: "fault" });
	expect(get(id)).toEqual({ Status: "processing" });
});
