import { StartError } from "./errors.ts";
import {
	givenIn,
	type SettingName,
	type Settings,
	settings,
} from "./settings.ts";
import { warningsOf } from "./warnings.ts";

/** Every setting by the name of its variable, checked. */
export type Config = Settings & {
	/** On Fly, or by NODE_ENV. */
	production: boolean;
	/** Fly's proxy stands in front: its forwarding headers are true. */
	onFly: boolean;
	/** What a person should know at start, though it does not stop it. */
	warnings: string[];
};

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
				return `${name}: ${complaint(issue.message, given[name])}`;
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
	warnings.push(...warningsOf(config, production));
	return { ...config, production, onFly, warnings };
}

/** Our own words say what is wanted; the parser's say what is wrong. */
function complaint(message: string, value: string | undefined): string {
	if (value === undefined) return `missing; it is ${message}`;
	return /^[a-z]/.test(message) ? `must be ${message}` : message;
}

/** Where it runs, whatever else is set. */
export function placeOf(
	env: NodeJS.ProcessEnv,
): Pick<Config, "onFly" | "production"> {
	const onFly = Boolean(env.FLY_APP_NAME);
	const production = onFly || givenIn(env).NODE_ENV === "production";
	return { onFly, production };
}
