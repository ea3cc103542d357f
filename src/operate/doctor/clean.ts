import type { SettingName } from "../../config.ts";
import type { Diagnosis } from "./diagnose.ts";

const SECRET: readonly SettingName[] = [
	"AIRTABLE_API_KEY",
	"NCA_API_KEY",
	"WEBHOOK_SECRET",
	"WEBHOOK_SECRET_PREVIOUS",
	"ADMIN_TOKEN",
	"REDIS_URL",
	"SMTP_URL",
	"ALERT_WEBHOOK_URL",
];
/** What is shorter stands in words that are no secret. */
const LEAST = 6;

/**
 * Takes out of what is shown any secret of this environment, and what would steer a terminal: other parties' words
 * stand in it.
 */
export function createClean(
	env: NodeJS.ProcessEnv,
): (finding: Diagnosis) => Diagnosis {
	const secrets = SECRET.flatMap((name) => withPassword(env[name]?.trim()))
		.filter((secret) => secret.length >= LEAST)
		.sort((a, b) => b.length - a.length);

	function clean(text: string): string {
		const safe = secrets.reduce(
			(rest, secret) => rest.replaceAll(secret, "[secret]"),
			text,
		);
		return safe.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
	}

	return ({ area, check, state, found, remedy }) => ({
		area,
		check: clean(check),
		state,
		found: clean(found),
		remedy: remedy === null ? null : clean(remedy),
	});
}

/** A client may tell the password of an URL without the rest of it. */
function withPassword(value = ""): string[] {
	const password = URL.parse(value)?.password ?? "";
	return [value, password, decoded(password)];
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
