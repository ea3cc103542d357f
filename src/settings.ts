import { z } from "zod";

const number = (min: number, max: number, kind: string) =>
	z.coerce.number(`${kind} from ${min} to ${max}`).min(min).max(max);
const whole = (min: number, max: number) =>
	number(min, max, "a whole number").int();
const count = (initial: number, min: number, max: number) =>
	whole(min, max).default(initial);
const amount = (initial: number, min: number, max: number) =>
	number(min, max, "a number").default(initial);
const flag = (initial: boolean) => z.stringbool().default(initial);
const word = (initial: string) => z.string().default(initial);
const list = (initial: string) =>
	word(initial).transform((text) =>
		text
			.split(",")
			.map((part) => part.trim())
			.filter(Boolean),
	);
const secret = z
	.string()
	.min(24, "at least 24 characters: make one with `openssl rand -hex 32`")
	.optional();
const url = z
	.url({ protocol: /^https?$/, error: "an http or https URL" })
	.transform((text) => text.replace(/\/+$/, ""));
/** What may stand before a name or a path: nothing but scheme, host and path. */
const base = url.refine(
	(text) => /^https?:\/\/[^\s/?#@\\]+(\/[^\s?#\\]*)?$/i.test(text),
	"a URL without user, query or fragment",
);
const smtp = z.url({
	protocol: /^smtps?$/,
	error: "a URL such as smtps://user:password@host:465",
});

const redis = z
	.string()
	.refine(
		isRedisUrl,
		"a URL such as rediss://user:password@host:6379, the password percent-encoded",
	);

/** Every setting by the name of its variable, as it is written in the environment. */
export const settings = z.object({
	PORT: count(8080, 0, 65535),
	HOST: word("0.0.0.0"),
	NODE_ENV: z
		.enum(["development", "test", "production"])
		.default("development"),
	LOG_LEVEL: z
		.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
		.default("info"),
	WEBHOOK_BASE_URL: base.optional(),
	AIRTABLE_API_KEY: z
		.string("a personal access token with data.records:read and :write")
		.regex(/^[\x21-\x7e]+$/, "a token without spaces or line ends"),
	AIRTABLE_BASE_ID: z
		.string("the id of the engine's base, app…")
		.regex(/^[\w-]+$/, "a base id, app…"),
	AIRTABLE_ENDPOINT_URL: base.default("https://api.airtable.com"),
	AIRTABLE_REQUESTS_PER_SECOND: amount(5, 0.1, 10_000),
	AIRTABLE_MONTHLY_CALLS: whole(1, 1e9).optional(),
	SPACES_BASE_URL: list(
		"https://phi-bucket.nyc3.digitaloceanspaces.com/phi-bucket",
	).pipe(z.array(base).min(1, "at least one URL")),
	NCA_BASE_URL: base.optional(),
	NCA_API_KEY: z
		.string()
		.regex(/^[ -~]+$/, "a key of plain characters: it is sent as a header")
		.optional(),
	ENABLE_JOB_POLLING: flag(true),
	POLLING_INTERVAL_MINUTES: count(2, 1, 1440),
	WEBHOOK_TIMEOUT_MINUTES: amount(5, 0, 1440),
	MAX_POLLING_AGE_HOURS: amount(24, 0.001, 8760),
	POLLING_STATUSES: list("processing").pipe(
		z.array(z.string()).min(1, "at least one status"),
	),
	COMPLETED_STATUS: word("completed"),
	FAILED_STATUS: word("failed"),
	REDIS_URL: redis.optional(),
	DATA_DIR: word("./data"),
	RETENTION_DAYS: count(7, 1, 3650),
	WEBHOOK_SECRET: secret,
	WEBHOOK_SECRET_PREVIOUS: secret,
	ADMIN_TOKEN: secret,
	ENABLE_WEBHOOK_MONITORING: flag(true),
	ALERT_EMAIL: z.email("an e-mail address").optional(),
	SMTP_URL: smtp.optional(),
	ALERT_FROM: z.email("an e-mail address").optional(),
	ALERT_WEBHOOK_URL: url.optional(),
	METRICS_PORT: whole(1, 65535).optional(),
});

/** What a setting is once it is checked. */
export type Settings = z.infer<typeof settings>;
export type SettingName = keyof typeof settings.shape;
export const settingNames = Object.keys(settings.shape) as SettingName[];

/** What is set. */
export function givenIn(
	env: NodeJS.ProcessEnv,
): Partial<Record<SettingName, string>> {
	const given: Partial<Record<SettingName, string>> = {};
	for (const name of settingNames) {
		// `PORT=` in a file arrives as "", which a number would read as 0.
		const value = env[name]?.trim();
		if (value) given[name] = value;
	}
	return given;
}

/** Each setting by itself, so that one that is faulty, or missing, hides no other. */
export function readEach(env: NodeJS.ProcessEnv): {
	settings: Partial<Settings>;
	faulty: ReadonlySet<SettingName>;
} {
	const given = givenIn(env);
	const faulty = new Set<SettingName>();
	const sound: [SettingName, unknown][] = [];
	for (const name of settingNames) {
		const { success, data } = settings.shape[name].safeParse(given[name]);
		if (!success) faulty.add(name);
		else if (data !== undefined) sound.push([name, data]);
	}
	return { settings: Object.fromEntries(sound), faulty };
}

function isRedisUrl(text: string): boolean {
	if (!/^rediss?:\/\/[^/?#]+(\/\d*)?(\?\S*)?$/i.test(text)) return false;
	try {
		const { hostname, username, password } = new URL(text);
		// Whoever connects decodes them, and a process that cannot does not start.
		return hostname !== "" && decodeURIComponent(username + password) !== null;
	} catch {
		return false;
	}
}
