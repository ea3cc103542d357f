import { expect, test } from "vitest";
import { amiss, setUpDoctor } from "./set-up.ts";

test("of a sound set-up nothing is broken, and what could not be told is called unknown", async () => {
	const doctor = await setUpDoctor();

	const findings = await doctor.examine();

	const unsound = findings.filter(({ state }) => state !== "unknown");
	expect(amiss(unsound).filter(({ area }) => area !== "Volume")).toEqual([]);
	expect(new Set(findings.map(({ area }) => area))).toEqual(
		new Set([
			"Settings",
			"Secrets",
			"Airtable",
			"Airtable's quota",
			"Clock",
			"Spaces",
			"NCA",
			"Webhooks",
			"Redis",
			"Volume",
			"Machines",
			"Mail",
		]),
	);
});
