import { expect, test } from "vitest";
import { AIRTABLE_KEY, START } from "../set-up.ts";
import { all, faultOf, html, json, reset, setUp } from "./set-up.ts";

const RATE_LIMIT = json(429, {
	errors: [{ error: "RATE_LIMIT_REACHED", message: "Rate limit exceeded" }],
});

test.each([
	["Airtable's own", RATE_LIMIT],
	["a proxy's", html(429)],
])(
	"after %s 429 the next call of any table waits for 30 s",
	async (_, tooMany) => {
		const { answer, clock, gateway, lines } = await setUp();
		answer(tooMany);

		await faultOf(gateway.list(all("Jobs")));
		await gateway.list(all("Videos"));

		expect(clock.now() - START).toBeGreaterThanOrEqual(30_000);
		expect(lines).toMatchObject([{ msg: "airtable throttled", level: "warn" }]);
	},
);

test("other faults hold nobody up", async () => {
	const { answer, clock, gateway } = await setUp();
	answer(json(403, {}));

	await faultOf(gateway.list(all("Jobs")));
	await gateway.list(all("Videos"));

	expect(clock.now() - START).toBeLessThan(1000);
});

test("no fault tells the key or a formula", async () => {
	const { airtable, answer, gateway } = await setUp({ apiKey: "patWRONG" });
	const secret = { ...all("Jobs"), formula: "{Notes}='SECRET'" };

	const faults = [await faultOf(gateway.list(secret))];
	answer(reset, reset);
	faults.push(await faultOf(gateway.list(secret)));
	await airtable.close();
	faults.push(await faultOf(gateway.list(secret)));

	for (const fault of faults) {
		expect(fault).toMatchObject({ name: "Transient" });
		expect(String(fault)).not.toMatch(/patWRONG|SECRET/);
		expect(String(fault)).not.toContain(AIRTABLE_KEY);
	}
});
