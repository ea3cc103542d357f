import { ConfigError, loadConfig } from "../../config.ts";
import type { SettingName } from "../../settings.ts";
import type { Finding } from "./check.ts";
import { SECRETS } from "./secrets.ts";
import { broken, ok, warning } from "./verdict.ts";

type Needs = {
	env: NodeJS.ProcessEnv;
	onRootFileSystem: (dir: string) => boolean;
	onFly: boolean;
};

const HTTPS = "Use an https URL";
const UNUSED = "Mend it, or take it out";

/** What to do about a setting that is not faulty, and is not right. */
const REMEDIES: Partial<Record<string, string>> = {
	WEBHOOK_BASE_URL: HTTPS,
	AIRTABLE_ENDPOINT_URL: HTTPS,
	SPACES_BASE_URL: HTTPS,
	NCA_BASE_URL: HTTPS,
	ALERT_WEBHOOK_URL: "Use an https URL, or take it out",
	AIRTABLE_BASE_ID:
		"Take the part that begins with app from the base's address in a browser",
	NCA_API_KEY: "Set it to the API_KEY of the toolkit",
} satisfies Partial<Record<SettingName, string>>;

/** What a start would refuse, or warn of. */
export async function examineSettings({
	env,
	onRootFileSystem,
	onFly,
}: Needs): Promise<Finding[]> {
	const place = onFly ? "with `fly secrets set`" : "in .env";
	try {
		const { warnings } = loadConfig(env, onRootFileSystem);
		const sound = ok("all", "nothing that a start would refuse");
		return [sound, ...warnings.flatMap(warned)];
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		const faults = error.faults.map((fault) => {
			const { name, found } = split(fault);
			const remedy =
				name === "DATA_DIR"
					? "Mount a volume there, or set REDIS_URL"
					: `Set ${name} ${place}; .env.example shows each setting`;
			return broken(name, found, remedy);
		});
		return [...faults, ...error.warnings.flatMap(warned)];
	}
}

function warned(text: string): Finding[] {
	const { name, found } = split(text);
	// These are looked at by themselves.
	if (SECRETS.some((secret) => secret === name)) return [];
	return [warning(name, found, REMEDIES[name] ?? UNUSED)];
}

/** Each begins with the name of its setting. */
function split(text: string): { name: string; found: string } {
	const [name = ""] = text.split(/[: ]/, 1);
	return { name, found: text.slice(name.length).replace(/^:? /, "") };
}
