import { expect, test } from "vitest";
import { createGateway } from "../../src/airtable/gateway.ts";
import { atMost } from "../../src/probe/at-most.ts";
import { AIRTABLE_KEY, BASE_ID, START } from "../set-up.ts";
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

test("of many that wait for their turn all are told when the base is locked out again and again, and few are sent", async () => {
	const { airtable, log } = await setUp();
	let sent = 0;
	airtable.fault((req, res, next) => {
		sent += 1;
		RATE_LIMIT(req, res, next);
	});
	const oneByOne = atMost(1);
	const gateway = createGateway({
		apiKey: AIRTABLE_KEY,
		baseId: BASE_ID,
		endpointUrl: airtable.url,
		limiter: {
			turn: () =>
				new Promise((resolve) => {
					void oneByOne(
						() => new Promise<void>((over) => resolve(() => over())),
					);
				}),
			async throttled() {},
		},
		mayWrite: async () => {},
		deadlineMs: 30_000,
		log,
	});

	const writes = await Promise.allSettled(
		Array.from({ length: 20 }, () => gateway.update("Jobs", [])),
	);
	const after = await faultOf(gateway.update("Jobs", []));

	const reasons = writes.map((one) => one.status === "rejected" && one.reason);
	for (const reason of [...reasons, after])
		expect(reason).toMatchObject({ name: "Transient", status: 429 });
	// Two of them, and who came when they were over.
	expect(sent).toBe(3);
});

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
