import { expect, test } from "vitest";
import {
	all,
	faultOf,
	html,
	json,
	refusal,
	reset,
	setUp,
	stall,
} from "./set-up.ts";

test.each([
	["a 500", refusal(500, "SERVER_ERROR")],
	["a 502 of a proxy", html(502)],
	["a 503", json(503, {})],
	["a reset connection", reset],
	["a body that is no JSON", html(200)],
	["a body of an unexpected shape", json(200, { records: "none" })],
])("a read is tried once more after %s", async (_, fault) => {
	const { airtable, answer, gateway } = await setUp();
	const id = airtable.create("Jobs", {});
	answer(fault);

	const records = await gateway.list(all("Jobs"));

	expect(records).toMatchObject([{ id }]);
});

test("a read is tried once more after a body that stalls", async () => {
	const { airtable, answer, gateway } = await setUp({ deadlineMs: 500 });
	const id = airtable.create("Jobs", {});
	answer(stall);

	const records = await gateway.list(all("Jobs"));

	expect(records).toMatchObject([{ id }]);
});

test("a read that fails twice is left for later", async () => {
	const { airtable, answer, gateway } = await setUp();
	answer(reset, html(502));

	const fault = await faultOf(gateway.list(all("Jobs")));

	expect(fault).toMatchObject({ name: "Transient", status: 502 });
	expect(airtable.calls).toEqual([]);
});

test.each([
	[401, "AUTHENTICATION_REQUIRED"],
	[402, "PAYMENT_REQUIRED"],
	[403, "NOT_AUTHORIZED"],
	[404, "NOT_FOUND"],
	[422, "INVALID_FILTER_BY_FORMULA"],
	[429, "TOO_MANY_REQUESTS"],
])(
	"a read that was answered with %i is not tried again, and speaks of no record",
	async (status, type) => {
		const { airtable, answer, gateway } = await setUp();
		answer(refusal(status, type));

		const fault = await faultOf(gateway.list(all("Jobs")));

		expect(fault).toMatchObject({ name: "Transient", status, code: type });
		expect(airtable.calls).toEqual([]);
	},
);

test("a body that stalls after its headers is cut by the deadline", async () => {
	const { answer, gateway } = await setUp({ deadlineMs: 50 });
	answer(stall, stall);

	const fault = await faultOf(gateway.list(all("Jobs")));

	expect(fault).toMatchObject({ name: "Transient", code: "DEADLINE" });
});

test("a server that never answers is cut by the deadline", async () => {
	const { answer, gateway } = await setUp({ deadlineMs: 50 });
	const silent = () => {};
	answer(silent, silent);

	const fault = await faultOf(gateway.list(all("Jobs")));

	expect(fault).toMatchObject({ name: "Transient", status: undefined });
});

test("a server that is not there is a fault of the moment", async () => {
	const { airtable, gateway } = await setUp();
	await airtable.close();

	const fault = await faultOf(gateway.list(all("Jobs")));

	expect(fault).toMatchObject({ name: "Transient", code: "CONNECTION_ERROR" });
});
