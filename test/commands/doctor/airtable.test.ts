import { expect, test } from "vitest";
import type { Fault } from "../../../src/sandbox/airtable.ts";
import {
	ENGINE_SCHEMA,
	type Schema,
} from "../../../src/sandbox/airtable-schema.ts";
import { amiss, setUpDoctor } from "./set-up.ts";

/** What nobody can tell without writing. */
const UNTRIED = expect.objectContaining({
	check: "scope data.records:write",
	state: "unknown",
});

const { Jobs = {}, Segments = {}, Videos = {} } = ENGINE_SCHEMA;
const without = (table: Schema[string], field: string) =>
	Object.fromEntries(Object.entries(table).filter(([name]) => name !== field));

test("the engine's base has all that is needed", async () => {
	const doctor = await setUpDoctor();

	const findings = await doctor.examine("Airtable");

	expect(amiss(findings)).toEqual([UNTRIED]);
	expect(findings.map(({ check }) => check)).toEqual(
		expect.arrayContaining([
			"token",
			"base",
			"scope data.records:read",
			"table Jobs",
			"Jobs.Related Segment Video",
			"Segments.Voiceover + Video",
			"Videos.Video + Music",
		]),
	);
});

test.each<[string, Schema, string, RegExp, RegExp]>([
	[
		"a table that is missing",
		{ Jobs, Segments },
		"table Videos",
		/^missing/,
		/Name the table exactly Videos/,
	],
	[
		"a table of nearly the name",
		{ Jobs, segments: Segments, Videos },
		"table Segments",
		/there is “segments”/,
		/exactly Segments/,
	],
	[
		"a field that is missing",
		{ ...ENGINE_SCHEMA, Jobs: without(Jobs, "External Job ID") },
		"Jobs.External Job ID",
		/^missing; without it no job is closed/,
		/Add a field named exactly “External Job ID” to Jobs/,
	],
	[
		"a field of another kind",
		{ ...ENGINE_SCHEMA, Segments: { ...Segments, Video: "text" } },
		"Segments.Video",
		/of the kind multilineText/,
		/Change the kind of “Video” in Segments to Attachment/,
	],
	[
		"an option that is missing",
		{
			...ENGINE_SCHEMA,
			Segments: { ...Segments, Status: ["combined", "Video Ready"] },
		},
		"Segments.Status",
		/no option “combination_failed”/,
		/Add the option “combination_failed” to Segments.Status/,
	],
])("%s is named, with its remedy", async (_, schema, check, found, remedy) => {
	const doctor = await setUpDoctor({}, { schema });

	const findings = await doctor.examine("Airtable");

	expect(findings).toContainEqual({
		area: "Airtable",
		check,
		state: "broken",
		found: expect.stringMatching(found),
		remedy: expect.stringMatching(remedy),
	});
	expect(findings).toContainEqual(
		expect.objectContaining({ check: "Jobs.Notes", state: "ok" }),
	);
});

test.each(["COMPLETED_STATUS", "FAILED_STATUS", "POLLING_STATUSES"])(
	"a word of %s that the base does not have is named",
	async (name) => {
		const doctor = await setUpDoctor({ [name]: "Ended" });

		const findings = await doctor.examine("Airtable");

		expect(amiss(findings)).toEqual([
			UNTRIED,
			expect.objectContaining({
				check: "Jobs.Status",
				state: "broken",
				found: expect.stringContaining("no option “Ended”"),
				remedy: expect.stringContaining(name),
			}),
		]);
	},
);

test("a status that is a text takes any word", async () => {
	const schema = {
		...ENGINE_SCHEMA,
		Jobs: { ...Jobs, Status: "text" as const },
	};
	const doctor = await setUpDoctor({ COMPLETED_STATUS: "Ended" }, { schema });

	const findings = await doctor.examine("Airtable");

	expect(amiss(findings)).toEqual([UNTRIED]);
});

test("a token that is refused is named, and is in no word", async () => {
	const doctor = await setUpDoctor({ AIRTABLE_API_KEY: "patWRONG.0123456789" });

	const findings = await doctor.examine("Airtable");

	expect(findings).toEqual([
		expect.objectContaining({
			check: "token",
			state: "broken",
			remedy: expect.stringContaining("airtable.com/create/tokens"),
		}),
	]);
	expect(JSON.stringify(findings)).not.toContain("patWRONG");
});

const status =
	(code: number): Fault =>
	(_req, res) =>
		void res.status(code).json({ error: { type: "X" } });

test.each([
	[429, /answers 429/],
	[503, /answers 503/],
	[200, /does not answer as Airtable/],
])(
	"of an Airtable that answers %i and no schema, nothing is called broken, or well",
	async (code, found) => {
		const doctor = await setUpDoctor();
		doctor.airtable.fault(status(code));

		const findings = await doctor.examine("Airtable");

		expect(findings).toMatchObject([
			{
				check: "reach",
				state: "unknown",
				found: expect.stringMatching(found),
				remedy: expect.any(String),
			},
		]);
	},
);

test("an Airtable that cannot be reached is named", async () => {
	const doctor = await setUpDoctor();
	await doctor.airtable.close();

	const findings = await doctor.examine("Airtable");

	expect(findings).toEqual([
		expect.objectContaining({
			check: "reach",
			state: "broken",
			found: expect.stringContaining("ECONNREFUSED"),
			remedy: expect.stringContaining("AIRTABLE_ENDPOINT_URL"),
		}),
	]);
});

test.each([
	[["data.records:read"], "broken"],
	[["data.records:read", "data.records:write"], "ok"],
])(
	"where Airtable tells a token's scopes, %j, writing is known",
	async (scopes, state) => {
		const doctor = await setUpDoctor();
		doctor.airtable.fault((req, res, next) =>
			req.path === "/v0/meta/whoami"
				? void res.json({ id: "usr", scopes })
				: next(),
		);

		const findings = await doctor.examine("Airtable");

		expect(findings).toContainEqual(
			expect.objectContaining({ check: "scope data.records:write", state }),
		);
	},
);
