import { expect, test } from "vitest";
import { either, isRecord } from "../../src/airtable/formula.ts";
import { all, faultOf, json, refusal, setUp } from "./set-up.ts";

const record = (id: string) => ({
	id,
	createdTime: "2026-11-23T12:00:00.000Z",
	fields: {},
});
const page = (id: string, offset?: string) =>
	json(200, { records: [record(id)], offset });
const LOST = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE";

test("a list is read to its last page", async () => {
	const { airtable, gateway } = await setUp();
	const made = Array.from({ length: 201 }, () => airtable.create("Jobs", {}));

	const records = await gateway.list(all("Jobs"));

	expect(records.map(({ id }) => id)).toEqual(made);
	expect(airtable.calls.map((call) => call.records)).toEqual([100, 100, 1]);
});

test("only the fields and records that were asked for are read", async () => {
	const { airtable, gateway } = await setUp();
	airtable.create("Jobs", { Type: "combine", Notes: "a" });
	const id = airtable.create("Jobs", { Type: "combine", Notes: "b" });

	const records = await gateway.list({
		table: "Jobs",
		fields: ["Notes"],
		formula: isRecord(id),
	});

	expect(records).toEqual([
		{ id, createdTime: expect.any(String), fields: { Notes: "b" } },
	]);
});

test("a table's name may hold any character", async () => {
	const { answer, asked, gateway } = await setUp();
	answer(page("rec1"));

	await gateway.list(all("Jobs / all?"));

	expect(asked[0]?.path).toBe("/v0/appTEST/Jobs%20%2F%20all%3F");
});

test("a cursor that comes twice is a fault, and never the end of the list", async () => {
	const { airtable, answer, gateway } = await setUp();
	answer(page("rec1", "a"), page("rec2", "b"), page("rec3", "a"));

	const fault = await faultOf(gateway.list(all("Jobs")));

	expect(fault).toMatchObject({ name: "Transient", code: "REPEATED_CURSOR" });
	expect(airtable.calls).toEqual([]);
});

test("a list whose cursor was lost begins again, and tells nothing twice", async () => {
	const { answer, gateway } = await setUp();
	answer(
		page("rec1", "a"),
		refusal(422, LOST),
		page("rec1", "b"),
		page("rec2"),
	);

	const records = await gateway.list(all("Jobs"));

	expect(records.map(({ id }) => id)).toEqual(["rec1", "rec2"]);
});

test("a list begins again only once", async () => {
	const { airtable, answer, gateway } = await setUp();
	answer(
		page("rec1", "a"),
		refusal(422, LOST),
		page("rec1", "b"),
		refusal(422, LOST),
	);

	const fault = await faultOf(gateway.list(all("Jobs")));

	expect(fault).toMatchObject({ name: "Transient", code: LOST });
	expect(airtable.calls).toEqual([]);
});

test("a formula too long for an URL is sent in a body, and its pages too", async () => {
	const { airtable, answer, asked, gateway } = await setUp();
	const ids = Array.from({ length: 600 }, () => airtable.create("Jobs", {}));
	const formula = either(ids.map(isRecord));
	const query = { table: "Jobs", fields: ["Notes"], formula };
	answer(page("rec1", "itr100"), page("rec2"));

	await gateway.list(query);
	const records = await gateway.list(query);

	expect(asked).toMatchObject([
		{ method: "POST", path: "/v0/appTEST/Jobs/listRecords" },
		{ body: { fields: ["Notes"], filterByFormula: formula, offset: "itr100" } },
	]);
	expect(records).toHaveLength(600);
});

test("no URL is longer than Airtable takes", async () => {
	const { airtable, answer, asked, gateway } = await setUp();
	const urls: number[] = [];

	for (let length = 14_000; length < 16_500; length += 250) {
		answer((req, res, next) => {
			if (req.method === "GET") urls.push(airtable.url.length + req.url.length);
			page("rec1")(req, res, next);
		});
		await gateway.list({
			table: "Jobs",
			fields: ["Request Payload", "Related Segment Video"],
			formula: "'".padEnd(length, "a"),
		});
	}

	expect(new Set(asked.map(({ method }) => method))).toEqual(
		new Set(["GET", "POST"]),
	);
	expect(Math.max(...urls)).toBeLessThan(16_000);
});
