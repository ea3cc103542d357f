import { expect, test } from "vitest";
import { createClean } from "../../../src/commands/doctor/clean.ts";
import { diagnose } from "../../../src/commands/doctor/diagnose.ts";
import { asJson, asText, isWell } from "../../../src/commands/doctor/report.ts";
import { broken, ok, unknown } from "../../../src/commands/doctor/verdict.ts";

const FOUND = [
	{ area: "Airtable", ...ok("token", "accepted") },
	{ area: "Airtable", ...broken("base", "not there", "Look for it") },
	{ area: "Machines", ...unknown("machines", "not told") },
];

test("a person reads each area once, each remedy below its finding, and the counts", () => {
	const text = asText(FOUND, false);

	expect(text.split("\n")).toEqual([
		"",
		"Airtable",
		"  ✓ token: accepted",
		"  ✗ base: not there",
		"      → Look for it",
		"",
		"Machines",
		"  ? machines: not told",
		"",
		"✓ 1 ok   ✗ 1 broken   ! 0 to look at   ? 1 not known",
		"",
	]);
});

test("colours are for a terminal alone", () => {
	expect(asText(FOUND, false)).not.toContain("\u001b");
	expect(asText(FOUND, true)).toContain("\u001b[31m✗");
});

test("a machine reads the same, and whether it is well", () => {
	expect(JSON.parse(asJson(FOUND))).toEqual({ ok: false, findings: FOUND });
	expect(isWell(FOUND.filter(({ state }) => state !== "broken"))).toBe(true);
});

test("an area that throws is a finding of its own, and shows nothing of its error", async () => {
	const findings = await diagnose(
		[
			{
				area: "A",
				examine: async () => {
					throw new TypeError("with a key: abcdef");
				},
			},
			{ area: "B", examine: async () => [ok("b", "well")] },
		],
		60_000,
	);

	expect(findings).toMatchObject([
		{
			area: "A",
			state: "unknown",
			found: expect.stringContaining("TypeError"),
		},
		{ area: "B", state: "ok" },
	]);
	expect(JSON.stringify(findings)).not.toContain("abcdef");
});

test("an area that does not end is given up, and costs the others nothing", async () => {
	const findings = await diagnose(
		[
			{ area: "A", examine: () => new Promise(() => {}) },
			{ area: "B", examine: async () => [ok("b", "well")] },
		],
		1,
	);

	expect(findings).toMatchObject([
		{ area: "A", state: "unknown", found: expect.stringContaining("not done") },
		{ area: "B", state: "ok" },
	]);
});

test("what others say is shown without our secrets, and cannot steer a terminal", () => {
	const clean = createClean({
		NCA_API_KEY: "the-key-of-nca",
		SMTP_URL: "smtp://me:p%40ssword@host:25",
		ADMIN_TOKEN: "ab",
	});

	const { found, remedy } = clean({
		area: "NCA",
		...broken(
			"key",
			"the-key-of-nca, p@ssword\u001b[2J\n\u202e, about",
			"Change p%40ssword",
		),
	});

	expect(found).toBe("[secret], [secret]\\u001b[2J\\u000a\\u202e, about");
	expect(remedy).toBe("Change [secret]");
});
