import { z } from "zod";
import { StartError } from "./errors.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

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
	"an URL without user, query or fragment",
);
const smtp = z.url({
	protocol: /^smtps?$/,
	error: "an URL such as smtps://user:password@host:465",
});

const redis = z
	.string()
	.refine(
		isRedisUrl,
		"an URL such as rediss://user:password@host:6379, the password percent-encoded",
	);

const settings = z.object({
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
	).pipe(z.array(base).min(1)),
	NCA_BASE_URL: base.optional(),
	NCA_API_KEY: z
		.string()
		.regex(/^[ -~]+$/, "a key of plain characters: it is sent as a header")
		.optional(),
	ENABLE_JOB_POLLING: flag(true),
	POLLING_INTERVAL_MINUTES: count(2, 1, 1440),
	WEBHOOK_TIMEOUT_MINUTES: amount(5, 0, 1440),
	MAX_POLLING_AGE_HOURS: amount(24, 0.001, 8760),
	POLLING_STATUSES: list("processing").pipe(z.array(z.string()).min(1)),
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

/** Every setting by the name of its variable, checked. */
export type Config = z.infer<typeof settings> & {
	/** On Fly, or by NODE_ENV. */
	production: boolean;
	/** Fly's proxy stands in front: its forwarding headers are true. */
	onFly: boolean;
	/** What a person should know at start, though it does not stop it. */
	warnings: string[];
};

export type SettingName = keyof typeof settings.shape;
export const settingNames = Object.keys(settings.shape) as SettingName[];

/** In production a fault in one of these switches off what it serves; the webhooks must go on. */
const EXPENDABLE: readonly SettingName[] = [
	"ALERT_EMAIL",
	"SMTP_URL",
	"ALERT_FROM",
	"ALERT_WEBHOOK_URL",
];

/** Thrown once, with a line for every setting that is wrong. */
export class ConfigError extends StartError {
	override readonly name = "ConfigError";
	readonly faults: string[];
	/** What does not stop a start, as far as it was looked for. */
	readonly warnings: string[];
	constructor(faults: string[], warnings: string[] = []) {
		super(`These settings are wrong:\n  ${faults.join("\n  ")}`);
		this.faults = faults;
		this.warnings = warnings;
	}
}

/**
 * The environment as checked settings.
 * @param onRootFileSystem whether a folder stands on the disk that a deploy replaces
 * @throws ConfigError naming every fault at once
 */
export function loadConfig(
	env: NodeJS.ProcessEnv,
	onRootFileSystem: (dir: string) => boolean,
): Config {
	const given = givenIn(env);
	const { onFly, production } = placeOf(env);
	const warnings: string[] = [];

	let parsed = settings.safeParse(given);
	if (!parsed.success && production) {
		for (const issue of parsed.error.issues) {
			const name = issue.path[0] as SettingName;
			if (!EXPENDABLE.includes(name)) continue;
			warnings.push(`${name} is switched off: ${issue.message}`);
			delete given[name];
		}
		parsed = settings.safeParse(given);
	}
	const faults = parsed.success
		? []
		: parsed.error.issues.map((issue) => {
				const name = issue.path[0] as SettingName;
				const state = given[name] === undefined ? "missing; it is " : "";
				return `${name}: ${state}${issue.message}`;
			});
	const dir = given.DATA_DIR ?? "./data";
	if (onFly && !given.REDIS_URL && onRootFileSystem(dir)) {
		faults.push(
			`DATA_DIR: ${dir} is on the root file system, which a deploy erases: mount a volume there`,
		);
	}
	if (!parsed.success || faults.length > 0)
		throw new ConfigError(faults, warnings);

	const config = parsed.data;
	warnings.push(...plainHttp(config));
	warnings.push(...tooManyRounds(config));
	if (!/^app/.test(config.AIRTABLE_BASE_ID)) {
		warnings.push("AIRTABLE_BASE_ID does not begin with app, as base ids do");
	}
	if (config.WEBHOOK_SECRET_PREVIOUS && !config.WEBHOOK_SECRET) {
		warnings.push(
			"WEBHOOK_SECRET_PREVIOUS has no effect without WEBHOOK_SECRET",
		);
	}
	warnings.push(...halfMail(config));
	if (config.NCA_BASE_URL && !config.NCA_API_KEY) {
		warnings.push("NCA_API_KEY is not set: NCA will refuse to say anything");
	}
	if (production && !config.ADMIN_TOKEN) {
		warnings.push("ADMIN_TOKEN is not set: the debug routes are closed");
	}
	return { ...config, production, onFly, warnings };
}

/** Where it runs, whatever else is set. */
export function placeOf(
	env: NodeJS.ProcessEnv,
): Pick<Config, "onFly" | "production"> {
	const onFly = Boolean(env.FLY_APP_NAME);
	const production = onFly || givenIn(env).NODE_ENV === "production";
	return { onFly, production };
}

/** Each setting by itself, so that one that is faulty, or missing, hides no other. */
export function readEach(env: NodeJS.ProcessEnv): {
	settings: Partial<z.infer<typeof settings>>;
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

function givenIn(env: NodeJS.ProcessEnv): Partial<Record<SettingName, string>> {
	const given: Partial<Record<SettingName, string>> = {};
	for (const name of settingNames) {
		// `PORT=` in a file arrives as "", which a number would read as 0.
		const value = env[name]?.trim();
		if (value) given[name] = value;
	}
	return given;
}

/** Of 30 days, a round of one call each time. */
function tooManyRounds(config: z.infer<typeof settings>): string[] {
	const { AIRTABLE_MONTHLY_CALLS: limit, POLLING_INTERVAL_MINUTES } = config;
	const calls = Math.ceil((30 * 24 * 60) / POLLING_INTERVAL_MINUTES);
	if (!config.ENABLE_JOB_POLLING || limit === undefined || calls < limit)
		return [];
	return [
		`AIRTABLE_MONTHLY_CALLS is ${limit}, and a round every ${POLLING_INTERVAL_MINUTES} minutes (POLLING_INTERVAL_MINUTES) alone makes ${calls} calls in 30 days: once 80 % are used, rounds become rare`,
	];
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

function plainHttp(config: z.infer<typeof settings>): string[] {
	const urls = {
		WEBHOOK_BASE_URL: config.WEBHOOK_BASE_URL,
		AIRTABLE_ENDPOINT_URL: config.AIRTABLE_ENDPOINT_URL,
		SPACES_BASE_URL: config.SPACES_BASE_URL.find(isOpenHttp),
		NCA_BASE_URL: config.NCA_BASE_URL,
		ALERT_WEBHOOK_URL: config.ALERT_WEBHOOK_URL,
	};
	return Object.entries(urls)
		.filter(([, value]) => value !== undefined && isOpenHttp(value))
		.map(
			([name]) =>
				`${name} is plain http: anyone on the way can read and change it`,
		);
}

/** Each is nothing without the other. */
function halfMail({
	ALERT_EMAIL,
	SMTP_URL,
}: Pick<z.infer<typeof settings>, "ALERT_EMAIL" | "SMTP_URL">): string[] {
	if (ALERT_EMAIL && !SMTP_URL)
		return ["ALERT_EMAIL has no effect without SMTP_URL: no mail is sent"];
	if (SMTP_URL && !ALERT_EMAIL)
		return ["SMTP_URL has no effect without ALERT_EMAIL: no mail is sent"];
	return [];
}

function isOpenHttp(text: string): boolean {
	const { protocol, hostname } = new URL(text);
	return protocol === "http:" && !LOOPBACK.test(hostname);
}
