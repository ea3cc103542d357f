import { describe, expect, test } from "vitest";
import { ConfigError, loadConfig } from "../src/config.ts";
import { readEach, settingNames } from "../src/settings.ts";

const REQUIRED = { AIRTABLE_API_KEY: "patTEST", AIRTABLE_BASE_ID: "appTEST" };
const PRODUCTION = { ...REQUIRED, NODE_ENV: "production" };
const FLY = { ...REQUIRED, FLY_APP_NAME: "an-app", DATA_DIR: "/data" };
const LONG = "a secret of 24 characters";

const load = (env: Record<string, string>, onRootFileSystem = false) =>
	loadConfig({ ...REQUIRED, ...env }, () => onRootFileSystem);

/** The faults that it is refused for. */
function faultsOf(
	env: Record<string, string>,
	onRootFileSystem = false,
): string[] {
	try {
		loadConfig(env, () => onRootFileSystem);
	} catch (error) {
		if (error instanceof ConfigError) return error.faults;
		throw error;
	}
	return [];
}

const namesOf = (faults: string[]) => faults.map((text) => text.split(":")[0]);

test("what is not set has its default", () => {
	expect(load({})).toEqual({
		...REQUIRED,
		PORT: 8080,
		HOST: "0.0.0.0",
		NODE_ENV: "development",
		LOG_LEVEL: "info",
		AIRTABLE_ENDPOINT_URL: "https://api.airtable.com",
		AIRTABLE_REQUESTS_PER_SECOND: 5,
		SPACES_BASE_URL: [
			"https://phi-bucket.nyc3.digitaloceanspaces.com/phi-bucket",
		],
		ENABLE_JOB_POLLING: true,
		POLLING_INTERVAL_MINUTES: 2,
		WEBHOOK_TIMEOUT_MINUTES: 5,
		MAX_POLLING_AGE_HOURS: 24,
		POLLING_STATUSES: ["processing"],
		COMPLETED_STATUS: "completed",
		FAILED_STATUS: "failed",
		DATA_DIR: "./data",
		RETENTION_DAYS: 7,
		ENABLE_WEBHOOK_MONITORING: true,
		production: false,
		onFly: false,
		warnings: [],
	});
});

test("blanks are absent: `PORT=` leaves 8080, and a required setting missing", () => {
	const blank = Object.fromEntries(settingNames.map((name) => [name, " "]));

	expect(load({ ...blank, ...REQUIRED })).toEqual(load({}));
	expect(load({ PORT: "", SPACES_BASE_URL: "" }).PORT).toBe(8080);
	expect(namesOf(faultsOf(blank))).toEqual(Object.keys(REQUIRED));
});

describe("faults", () => {
	test("are all named at once, each with what to do", () => {
		const faults = faultsOf({
			PORT: "eight",
			AIRTABLE_BASE_ID: "app TEST",
			SPACES_BASE_URL: "ftp://space.example",
			ENABLE_JOB_POLLING: "perhaps",
			WEBHOOK_SECRET: "short",
		});

		expect(namesOf(faults)).toEqual([
			"PORT",
			"AIRTABLE_API_KEY",
			"AIRTABLE_BASE_ID",
			"SPACES_BASE_URL",
			"ENABLE_JOB_POLLING",
			"WEBHOOK_SECRET",
		]);
		expect(faults).toContain("PORT: must be a whole number from 0 to 65535");
		for (const fault of faults)
			expect(new ConfigError(faults).message).toContain(fault);
	});

	test.each([
		["PORT", "65536"],
		["PORT", "80.5"],
		["NODE_ENV", "prod"],
		["LOG_LEVEL", "loud"],
		["AIRTABLE_API_KEY", "pat\nTEST"],
		["NCA_API_KEY", "a\u2019b"],
		["AIRTABLE_ENDPOINT_URL", "api.airtable.com"],
		["AIRTABLE_ENDPOINT_URL", "https://user:password@api.airtable.com"],
		["AIRTABLE_REQUESTS_PER_SECOND", "0"],
		["AIRTABLE_MONTHLY_CALLS", "0"],
		["SPACES_BASE_URL", "https://space.example/?x=1"],
		["SPACES_BASE_URL", "https://space.example/#x"],
		["SPACES_BASE_URL", "https://space.example, nonsense"],
		["SPACES_BASE_URL", ","],
		["POLLING_INTERVAL_MINUTES", "0"],
		["POLLING_INTERVAL_MINUTES", "1441"],
		["POLLING_INTERVAL_MINUTES", "1.5"],
		["WEBHOOK_TIMEOUT_MINUTES", "-1"],
		["MAX_POLLING_AGE_HOURS", "0"],
		["POLLING_STATUSES", ", ,"],
		["RETENTION_DAYS", "0"],
		["ALERT_EMAIL", "nobody"],
		["SMTP_URL", "https://mail.example"],
		["METRICS_PORT", "0"],
	])("%s=%j is one", (name, value) => {
		expect(namesOf(faultsOf({ ...REQUIRED, [name]: value }))).toEqual([name]);
	});

	test.each(["WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS", "ADMIN_TOKEN"])(
		"%s shorter than 24 characters is one, and is not repeated",
		(name) => {
			const short = LONG.slice(0, 23);

			const faults = faultsOf({ ...REQUIRED, [name]: short });

			expect(faults).toEqual([expect.stringMatching(/24 characters/)]);
			expect(faults.join()).not.toContain(short);
			expect(load({ [name]: LONG.slice(0, 24) })).toHaveProperty(name);
		},
	);
});

describe("lists", () => {
	test("several bases, without the blanks around them and the slash behind", () => {
		const { SPACES_BASE_URL } = load({
			SPACES_BASE_URL: " https://a.example/one/ ,https://b.example,, ",
		});

		expect(SPACES_BASE_URL).toEqual([
			"https://a.example/one",
			"https://b.example",
		]);
	});

	test("several statuses", () => {
		const { POLLING_STATUSES } = load({
			POLLING_STATUSES: "processing, webhook_error",
		});

		expect(POLLING_STATUSES).toEqual(["processing", "webhook_error"]);
	});
});

describe("plain http", () => {
	test.each([
		["AIRTABLE_ENDPOINT_URL", "http://airtable.example"],
		["SPACES_BASE_URL", "https://a.example,http://b.example/x"],
		["WEBHOOK_BASE_URL", "http://nca.example"],
		["SPACES_BASE_URL", "http://localhost.example"],
		["SPACES_BASE_URL", "http://127.example"],
	])("is warned of: %s=%s", (name, value) => {
		expect(load({ [name]: value }).warnings).toEqual([
			expect.stringMatching(`^${name} is plain http`),
		]);
	});

	test.each([
		"http://localhost:9000",
		"http://127.0.0.1:9000/x",
		"http://127.1.2.3",
		"http://[::1]:9000",
	])("is taken for this machine: %s", (value) => {
		expect(load({ AIRTABLE_ENDPOINT_URL: value }).warnings).toEqual([]);
	});
});

describe("mail and alerts that are set wrongly", () => {
	test.each([
		["ALERT_EMAIL", "nobody"],
		["SMTP_URL", "mail.example"],
		["ALERT_FROM", "@example.com"],
		["ALERT_WEBHOOK_URL", "hooks.example"],
	])("%s is switched off in production, loudly", (name, value) => {
		const config = load({ ...PRODUCTION, ADMIN_TOKEN: LONG, [name]: value });

		expect(config).not.toHaveProperty(name);
		expect(config.warnings).toEqual([
			expect.stringMatching(`^${name} is switched off`),
		]);
		expect(namesOf(faultsOf({ ...REQUIRED, [name]: value }))).toEqual([name]);
	});

	test.each([
		["ALERT_EMAIL", "people@example.com", "SMTP_URL"],
		["SMTP_URL", "smtp://mail.example", "ALERT_EMAIL"],
	])("%s alone is warned of", (name, value, other) => {
		const { warnings } = load({ [name]: value });

		expect(warnings).toEqual([
			`${name} has no effect without ${other}: no mail is sent`,
		]);
	});

	test("are not warned of where they are whole", () => {
		const { warnings } = load({
			ALERT_EMAIL: "people@example.com",
			SMTP_URL: "smtp://mail.example",
			ALERT_WEBHOOK_URL: "https://hooks.example/x",
		});

		expect(warnings).toEqual([]);
	});

	test("do not hide another fault", () => {
		const env = { ...PRODUCTION, ALERT_EMAIL: "nobody", PORT: "eight" };

		expect(namesOf(faultsOf(env))).toEqual(["PORT"]);
	});
});

describe("production", () => {
	test("is what NODE_ENV says, or Fly", () => {
		expect(load({})).toMatchObject({ production: false, onFly: false });
		expect(load(PRODUCTION)).toMatchObject({ production: true, onFly: false });
		expect(load(FLY)).toMatchObject({ production: true, onFly: true });
		expect(load({ FLY_APP_NAME: "" }).production).toBe(false);
	});

	test("without an admin token, it is said that the debug routes are closed", () => {
		expect(load(PRODUCTION).warnings).toEqual([
			expect.stringMatching(/^ADMIN_TOKEN is not set/),
		]);
	});

	test("on Fly, a folder that a deploy erases is refused, along with other faults", () => {
		expect(namesOf(faultsOf(FLY, true))).toEqual(["DATA_DIR"]);
		expect(namesOf(faultsOf({ ...FLY, PORT: "x" }, true))).toEqual([
			"PORT",
			"DATA_DIR",
		]);
		expect(load(FLY, false).DATA_DIR).toBe("/data");
	});

	test("elsewhere, the disk does not matter", () => {
		expect(load(PRODUCTION, true).DATA_DIR).toBe("./data");
	});
});

test.each(["https://h/p?", "https://h/p#", "https://@h/p", "https://h/p\\a"])(
	"%s cannot stand before an object's name",
	(url) => {
		expect(faultsOf({ ...REQUIRED, SPACES_BASE_URL: url })).toHaveLength(1);
	},
);

test("a job counts as stuck before it is looked for where WEBHOOK_TIMEOUT_MINUTES is under five, and that is said", () => {
	expect(load({ WEBHOOK_TIMEOUT_MINUTES: "1" }).warnings).toEqual([
		"WEBHOOK_TIMEOUT_MINUTES is 1: jobs count as stuck from then on, and their files are looked for from 5 minutes on",
	]);
	expect(load({ WEBHOOK_TIMEOUT_MINUTES: "10" }).warnings).toEqual([]);
});

test("a previous secret without a present one demands no proof, and is warned of", () => {
	const { warnings } = load({ WEBHOOK_SECRET_PREVIOUS: LONG });

	expect(warnings).toEqual([
		"WEBHOOK_SECRET_PREVIOUS has no effect without WEBHOOK_SECRET",
	]);
});

describe("REDIS_URL", () => {
	test.each([
		"redis://127.0.0.1",
		"rediss://host.example:6380",
		"redis://default:p%40ss%2F@host.example:6379/3",
		"redis://[fdaa::3]:6379?family=6",
	])("can be %s", (url) => {
		expect(load({ REDIS_URL: url }).REDIS_URL).toBe(url);
	});

	test.each([
		"http://host.example",
		"host.example:6379",
		"redis:host.example",
		"redis://",
		"redis:///3",
		"redis://host.example/name",
		"redis://host.example:99999",
		"redis://:100%@host.example",
		"redis://:a/b@host.example",
	])("cannot be %s", (url) => {
		const [fault = ""] = faultsOf({ ...REQUIRED, REDIS_URL: url });

		expect(fault).toMatch(/^REDIS_URL: must be a URL such as rediss:/);
		expect(fault).not.toContain(url);
	});

	test("on Fly lets DATA_DIR stand anywhere", () => {
		const root = { ...FLY, DATA_DIR: "./data" };
		const withRedis = { ...root, REDIS_URL: "redis://127.0.0.1" };

		expect(namesOf(faultsOf(root, true))).toEqual(["DATA_DIR"]);
		expect(faultsOf(withRedis, true)).toEqual([]);
	});
});

test("settings read each by itself are those of a start, without the faulty ones", () => {
	const env = { ...REQUIRED, PORT: "9000", NODE_ENV: "production" };

	const sound = readEach(env);
	const { settings, faulty } = readEach({
		...env,
		PORT: "x",
		ADMIN_TOKEN: "y",
	});

	expect(loadConfig(env, () => false)).toMatchObject(sound.settings);
	expect(sound.faulty.size).toBe(0);
	expect([...faulty]).toEqual(["PORT", "ADMIN_TOKEN"]);
	expect(Object.keys(settings).sort()).toEqual(
		Object.keys(sound.settings)
			.filter((name) => name !== "PORT")
			.sort(),
	);
});

describe("the month's calls to Airtable", () => {
	const warned = (env: Record<string, string>) =>
		load({ AIRTABLE_MONTHLY_CALLS: "1000", ...env }).warnings;

	test("are warned of where rounds alone would use them up", () => {
		expect(warned({})).toEqual([
			expect.stringMatching(/every 2 minutes .* 21600 calls in 30 days/),
		]);
		expect(warned({ POLLING_INTERVAL_MINUTES: "43" })).toHaveLength(1);
	});

	test("and not where they would not, or none run", () => {
		expect(warned({ POLLING_INTERVAL_MINUTES: "44" })).toEqual([]);
		expect(warned({ ENABLE_JOB_POLLING: "false" })).toEqual([]);
		expect(load({ AIRTABLE_MONTHLY_CALLS: "21601" }).warnings).toEqual([]);
	});
});
