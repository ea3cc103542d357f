import { expect, test } from "vitest";
import { setUpDoctor } from "./set-up.ts";

test.each([
	["without a limit", {}, "ok", /21,600 calls a month; .* is not set/, null],
	[
		"that is enough",
		{ AIRTABLE_MONTHLY_CALLS: "100000" },
		"ok",
		/100,000/,
		null,
	],
	[
		"that polling alone would spend",
		{ AIRTABLE_MONTHLY_CALLS: "1000" },
		"warning",
		/21,600 calls a month, of 1,000: enough for 1\.4 of 30 days/,
		/Set POLLING_INTERVAL_MINUTES to 54 or more/,
	],
	[
		"that leaves webhooks too little",
		{ AIRTABLE_MONTHLY_CALLS: "22000" },
		"warning",
		/of 22,000/,
		/Set POLLING_INTERVAL_MINUTES to 3 or more/,
	],
	[
		"that no interval keeps to",
		{ AIRTABLE_MONTHLY_CALLS: "10" },
		"warning",
		/of 10:/,
		/^Take a larger plan/,
	],
	[
		"without polling",
		{ AIRTABLE_MONTHLY_CALLS: "10", ENABLE_JOB_POLLING: "false" },
		"ok",
		/switched off/,
		null,
	],
])("the month's calls %s", async (_, env, state, found, remedy) => {
	const doctor = await setUpDoctor(env);

	const [finding] = await doctor.examine("Airtable's quota");

	expect(finding).toMatchObject({
		state,
		found: expect.stringMatching(found),
		remedy: remedy && expect.stringMatching(remedy),
	});
});
