import { expect, test } from "vitest";
import { all, faultOf, json, refusal, reset, setUp } from "./set-up.ts";

const NOTES = { Notes: "x" };

test("an answer is told with its status, and that it is no fault", async () => {
	const { gateway, heard } = await setUp();

	await gateway.list(all("Jobs"));

	expect(heard).toEqual([{ status: 200, fault: null }]);
});

test.each([400, 413, 422])(
	"a write refused with %i is no fault of Airtable's",
	async (status) => {
		const { answer, gateway, heard } = await setUp();
		answer(refusal(status, "INVALID"));

		await faultOf(gateway.update("Jobs", [{ id: "rec1", fields: NOTES }]));

		expect(heard).toEqual([{ status, fault: null }]);
	},
);

test.each([401, 402, 403, 404, 429, 500])(
	"one refused with %i is",
	async (status) => {
		const { answer, gateway, heard } = await setUp();
		answer(refusal(status, "REFUSED"));

		await faultOf(gateway.update("Jobs", [{ id: "rec1", fields: NOTES }]));

		expect(heard).toEqual([
			{ status, fault: expect.stringContaining(String(status)) },
		]);
	},
);

test("what a read is refused for is the base's fault, but not that a cursor is old", async () => {
	const { answer, gateway, heard } = await setUp();
	answer(
		refusal(422, "UNKNOWN_FIELD_NAME"),
		json(200, { records: [], offset: "a" }),
		refusal(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"),
	);

	await faultOf(gateway.list(all("Jobs")));
	await gateway.list(all("Jobs"));

	expect(heard.map(({ fault }) => fault !== null)).toEqual([
		true,
		false,
		false,
		false,
	]);
});

test("no answer, and one in another shape, are faults", async () => {
	const { answer, gateway, heard } = await setUp();
	answer(reset, json(200, { records: "none" }));

	await faultOf(gateway.list(all("Jobs")));

	expect(heard).toEqual([
		{ status: null, fault: expect.stringContaining("CONNECTION_ERROR") },
		{ status: 200, fault: expect.stringContaining("shape") },
	]);
});

test("each request is told of before it goes, one that is tried again too", async () => {
	const { airtable, gateway, gone } = await setUp();
	const seen: number[] = [];
	airtable.fault((req, _res) => {
		seen.push(gone.length);
		req.socket.destroy();
	});

	await faultOf(gateway.list(all("Jobs")));

	expect(seen).toEqual([1, 2]);
});

test("a write that another machine is to make does not go", async () => {
	const { gateway, gone, heard } = await setUp({ mayWrite: false });

	await faultOf(gateway.update("Jobs", [{ id: "rec1", fields: NOTES }]));

	expect([gone, heard]).toEqual([[], []]);
});
