import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SettingName } from "./settings.ts";

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

/** Whether two secrets are the same, in constant time; hashed first, since their lengths may differ. */
export function isSameSecret(given: string, expected: string): boolean {
	const digest = (text: string) => createHash("sha256").update(text).digest();
	return timingSafeEqual(digest(given), digest(expected));
}

/** The hex HMAC-SHA256 by which a sender shows that it knows the secret. */
export function hmac(secret: string, data: string | Buffer): string {
	return createHmac("sha256", secret).update(data).digest("hex");
}

/**
 * Takes every secret of an environment out of a text or a JSON line: the last guard, behind those that let none in.
 * @param least what is shorter is let stand: it stands in words that are no secret
 */
export function createConceal(
	env: NodeJS.ProcessEnv,
	least: number,
): (text: string) => string {
	const secrets = SECRET.flatMap((name) => withPassword(env[name]?.trim()))
		.filter((secret) => secret.length >= least)
		.sort((a, b) => b.length - a.length)
		.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
	const distinct = [...new Set(secrets)];
	return (text) =>
		distinct.reduce(
			(rest, secret) => rest.replaceAll(secret, "[secret]"),
			text,
		);
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
