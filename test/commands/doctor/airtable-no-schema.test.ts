import { expect, test } from "vitest";
import {
	ENGINE_SCHEMA,
	type Schema,
} from "../../../src/sandbox/airtable-schema.ts";
import { amiss, setUpDoctor } from "./set-up.ts";

const { Jobs = {}, Segments = {}, Videos = {} } = ENGINE_SCHEMA;

/** A token without `schema.bases:read`. */
async function setUp(schema: Schema = ENGINE_SCHEMA, env = {}) {
	const doctor = await setUpDoctor(env, { schema });
	doctor.airtable.fault((req, res, next) =>
		req.path.startsWith("/v0/meta/")
			? void res.status(403).json({ error: { type: "NOT_AUTHORIZED" } })
			: next(),
	);
	return doctor;
}

test("without the schema's scope the fields are told by reading, and the kinds are not", async () => {
	const doctor = await setUp();

	const findings = await doctor.examine("Airtable");

	expect(amiss(findings)).toEqual([
		expect.objectContaining({
			check: "scope schema.bases:read",
			state: "warning",
			found: expect.stringContaining("cannot be told"),
			remedy: expect.stringContaining("Add it to the token"),
		}),
		expect.objectContaining({ check: "scope data.records:write" }),
	]);
	expect(doctor.airtable.calls).toHaveLength(3);
});

test("every field that is missing is named", async () => {
	const { Notes, "Webhook URL": url, ...rest } = Jobs;
	const doctor = await setUp({ Jobs: rest, Segments, Videos });

	const findings = await doctor.examine("Airtable");

	const broken = findings.filter(({ state }) => state === "broken");
	expect(broken.map(({ check }) => check)).toEqual([
		"Jobs.Webhook URL",
		"Jobs.Notes",
	]);
});

test("a table that is missing is named", async () => {
	const doctor = await setUp({ Jobs, Videos });

	const findings = await doctor.examine("Airtable");

	const broken = findings.filter(({ state }) => state === "broken");
	expect(broken.map(({ check }) => check)).toEqual(["table Segments"]);
});

test("a base that is not there, or not this token's, is named as just that", async () => {
	const doctor = await setUpDoctor({ AIRTABLE_BASE_ID: "appOTHER" });

	const findings = await doctor.examine("Airtable");

	expect(findings).toContainEqual({
		area: "Airtable",
		check: "base",
		state: "broken",
		found: expect.stringContaining("appOTHER cannot be read"),
		remedy: expect.stringContaining("AIRTABLE_BASE_ID"),
	});
	expect(findings.filter(({ state }) => state === "broken")).toHaveLength(1);
});

test("a schema that may be seen and records that may not: the scope is named", async () => {
	const doctor = await setUpDoctor();
	doctor.airtable.fault((req, res, next) =>
		req.path.startsWith("/v0/meta/")
			? next()
			: void res.status(403).json({ error: { type: "NOT_AUTHORIZED" } }),
	);

	const findings = await doctor.examine("Airtable");

	expect(findings).toContainEqual(
		expect.objectContaining({
			check: "scope data.records:read",
			state: "broken",
			remedy: expect.stringContaining("Add it to the token"),
		}),
	);
});
