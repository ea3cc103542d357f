import { expect, test } from "vitest";
import { amiss, SECRET, setUpDoctor, TOKEN } from "./set-up.ts";

test("a sound set-up has nothing amiss in its settings and secrets", async () => {
	const doctor = await setUpDoctor();

	const settings = await doctor.examine("Settings");
	const secrets = await doctor.examine("Secrets");

	expect(amiss([...settings, ...secrets])).toEqual([]);
	expect(secrets.map(({ check }) => check)).toEqual([
		"WEBHOOK_SECRET",
		"ADMIN_TOKEN",
	]);
});

test("each faulty setting is named with what to do, and hides only what needs it", async () => {
	const doctor = await setUpDoctor({
		AIRTABLE_BASE_ID: "",
		POLLING_INTERVAL_MINUTES: "0",
	});

	const findings = await doctor.examine();

	expect(findings.filter(({ area }) => area === "Settings")).toEqual([
		expect.objectContaining({
			check: "AIRTABLE_BASE_ID",
			state: "broken",
			found: expect.stringContaining("missing"),
			remedy: expect.stringContaining("Set AIRTABLE_BASE_ID in .env"),
		}),
		expect.objectContaining({
			check: "POLLING_INTERVAL_MINUTES",
			state: "broken",
			found: "must be a whole number from 1 to 1440",
		}),
	]);
	expect(findings.filter(({ area }) => area === "Airtable")).toEqual([
		expect.objectContaining({
			state: "unknown",
			remedy: "Set AIRTABLE_BASE_ID first",
		}),
	]);
	expect(findings).toContainEqual(
		expect.objectContaining({
			area: "Airtable's quota",
			remedy: "Set POLLING_INTERVAL_MINUTES first",
		}),
	);
	expect(findings).toContainEqual(
		expect.objectContaining({ area: "Clock", state: "ok" }),
	);
});

test("what a start would warn of is said", async () => {
	const doctor = await setUpDoctor({ NCA_BASE_URL: "http://nca.example" });

	const findings = await doctor.examine("Settings");

	expect(amiss(findings)).toEqual([
		expect.objectContaining({
			check: "NCA_BASE_URL",
			state: "warning",
			found: expect.stringContaining("plain http"),
			remedy: "Use an https URL",
		}),
		expect.objectContaining({ check: "NCA_API_KEY", state: "warning" }),
	]);
});

test("a faulty setting that a start goes on without is said, others or none being faulty", async () => {
	const env = { NODE_ENV: "production", SMTP_URL: "junk" };
	const saidOf = async (more: Record<string, string>) =>
		(await setUpDoctor({ ...env, ...more })).examine("Settings");

	const wanted = expect.objectContaining({
		check: "SMTP_URL",
		state: "warning",
		found: expect.stringMatching(/^is switched off/),
		remedy: "Mend it, or take it out",
	});
	expect(await saidOf({})).toContainEqual(wanted);
	expect(await saidOf({ PORT: "x" })).toContainEqual(wanted);
});

test.each([
	["too short", { WEBHOOK_SECRET: "short" }, "Settings", "broken"],
	["easy to guess", { ADMIN_TOKEN: "ab".repeat(12) }, "Secrets", "broken"],
	["not set", { WEBHOOK_SECRET: "" }, "Secrets", "warning"],
	[
		"not set in production",
		{ ADMIN_TOKEN: "", NODE_ENV: "production" },
		"Secrets",
		"warning",
	],
	["of two uses", { ADMIN_TOKEN: SECRET }, "Secrets", "warning"],
])(
	"a secret that is %s is named, and not shown",
	async (_, env, area, state) => {
		const doctor = await setUpDoctor(env);
		const [[name, value] = ["", ""]] = Object.entries(env);

		const findings = await doctor.examine();

		expect(findings).toContainEqual(
			expect.objectContaining({
				area,
				check: name,
				state,
				remedy: expect.stringContaining(
					area === "Settings" ? name : "openssl rand",
				),
			}),
		);
		if (value !== "") expect(JSON.stringify(findings)).not.toContain(value);
	},
);

test("a previous secret that lingers is named", async () => {
	const previous = "fedcba9876543210-webhooks";
	const doctor = await setUpDoctor({ WEBHOOK_SECRET_PREVIOUS: previous });

	const findings = await doctor.examine("Secrets");

	expect(amiss(findings)).toEqual([
		expect.objectContaining({
			check: "WEBHOOK_SECRET_PREVIOUS",
			state: "warning",
			remedy: expect.stringContaining("Take it out"),
		}),
	]);
});

test("no secret is in any word of a look at all", async () => {
	const doctor = await setUpDoctor({
		REDIS_URL: "redis://:the-redis-password@127.0.0.1:1",
		SMTP_URL: "smtp://someone:the-mail-password@127.0.0.1:1",
	});

	const text = JSON.stringify(await doctor.examine());

	expect(text).toContain("ECONNREFUSED");
	for (const secret of [SECRET, TOKEN, "redis-password", "mail-password"])
		expect(text).not.toContain(secret);
	expect(text).not.toContain(doctor.env.AIRTABLE_API_KEY);
});
