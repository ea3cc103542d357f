import { expect, test } from "vitest";
import { faultOf, html, json, refusal, reset, setUp, stall } from "./set-up.ts";

const UPDATES = [{ id: "rec00000000000001", fields: { Notes: "a" } }];

test("an update is one PATCH that creates no select options", async () => {
	const { answer, asked, gateway } = await setUp();
	answer(json(200, { records: [] }));

	await gateway.update("Jobs", UPDATES);

	expect(asked).toEqual([
		{
			method: "PATCH",
			path: "/v0/appTEST/Jobs",
			body: { records: UPDATES, typecast: false },
		},
	]);
});

test("fields that are not named keep their values", async () => {
	const { airtable, gateway } = await setUp();
	const id = airtable.create("Jobs", { Notes: "old", Type: "combine" });

	await gateway.update("Jobs", [{ id, fields: { Notes: "new" } }]);

	expect(airtable.get("Jobs", id)).toEqual({ Notes: "new", Type: "combine" });
});

test.each([
	[400, "INVALID_REQUEST_BODY"],
	[413, "REQUEST_TOO_LARGE"],
	[422, "UNKNOWN_FIELD_NAME"],
	[422, "INVALID_MULTIPLE_CHOICE_OPTIONS"],
	[422, "INVALID_VALUE_FOR_COLUMN"],
	[422, "INVALID_ATTACHMENT_OBJECT"],
	[422, "ROW_DOES_NOT_EXIST"],
])("a write refused with %i %s is never sent again", async (status, type) => {
	const { airtable, answer, gateway } = await setUp();
	answer(refusal(status, type));

	const fault = await faultOf(gateway.update("Jobs", UPDATES));

	expect(fault).toMatchObject({ name: "Permanent", status, code: type });
	expect(airtable.calls).toEqual([]);
});

test.each([
	[401, "AUTHENTICATION_REQUIRED"],
	[402, "PAYMENT_REQUIRED"],
	[403, "NOT_AUTHORIZED"],
	[404, "NOT_FOUND"],
	[408, "REQUEST_TIMEOUT"],
	[429, "TOO_MANY_REQUESTS"],
	[500, "SERVER_ERROR"],
	[502, "BAD_GATEWAY"],
	[503, "SERVICE_UNAVAILABLE"],
	[504, "GATEWAY_TIMEOUT"],
])(
	"a write answered with %i is for later, and the gateway does not repeat it",
	async (status, type) => {
		const { airtable, answer, gateway } = await setUp();
		answer(refusal(status, type));

		const fault = await faultOf(gateway.update("Jobs", UPDATES));

		expect(fault).toMatchObject({ name: "Transient", status, code: type });
		expect(airtable.calls).toEqual([]);
	},
);

test.each([
	["a proxy's page with 401", html(401), 401],
	["a proxy's page with 429", html(429), 429],
	["a proxy's page with 503", html(503), 503],
	["a proxy's page with 200", html(200), 200],
	["a list", json(200, []), 200],
])(
	"a write answered with %s is for later, whether or not it was done",
	async (_, answered, status) => {
		const { airtable, answer, gateway } = await setUp();
		answer(answered);

		const fault = await faultOf(gateway.update("Jobs", UPDATES));

		expect(fault).toMatchObject({ name: "Transient", status });
		expect(airtable.calls).toEqual([]);
	},
);

test("a write whose connection breaks is for later, and not repeated", async () => {
	const { airtable, answer, gateway } = await setUp();
	answer(reset);

	const fault = await faultOf(gateway.update("Jobs", UPDATES));

	expect(fault).toMatchObject({ name: "Transient", code: "CONNECTION_ERROR" });
	expect(airtable.calls).toEqual([]);
});

test("a write whose answer stalls is for later, and not repeated", async () => {
	const { airtable, answer, gateway } = await setUp({ deadlineMs: 50 });
	answer(stall);

	const fault = await faultOf(gateway.update("Jobs", UPDATES));

	expect(fault).toMatchObject({ name: "Transient", code: "DEADLINE" });
	expect(airtable.calls).toEqual([]);
});

test("a write that Airtable kept only in part is told", async () => {
	const { answer, gateway, lines } = await setUp();
	const reasons = ["attachmentsFailedUploading"];
	const details = { message: "partialSuccess", reasons };
	answer(json(200, { records: [], details }));

	await gateway.update("Jobs", UPDATES);

	expect(lines).toMatchObject([
		{ level: "warn", table: "Jobs", reasons, ids: ["rec00000000000001"] },
	]);
});

test("an error under status 200 is not taken for a write", async () => {
	const { answer, gateway } = await setUp();
	answer(json(200, { error: { type: "X", message: "not written" } }));

	const fault = await faultOf(gateway.update("Jobs", UPDATES));

	expect(fault).toMatchObject({ name: "Transient", code: "UNKNOWN_SHAPE" });
});

test("a refusal that is no JSON of Airtable's blames no record", async () => {
	const { answer, gateway } = await setUp();
	answer(html(400));

	const fault = await faultOf(gateway.update("Jobs", UPDATES));

	expect(fault).toMatchObject({ name: "Transient", status: 400 });
});
