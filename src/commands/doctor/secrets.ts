import type { Config } from "../../config.ts";
import type { SettingName } from "../../settings.ts";
import type { Finding } from "./check.ts";
import { broken, ok, unknown, warning } from "./verdict.ts";

export const SECRETS = [
	"WEBHOOK_SECRET",
	"WEBHOOK_SECRET_PREVIOUS",
	"ADMIN_TOKEN",
] as const satisfies readonly SettingName[];

type Secret = (typeof SECRETS)[number];

type Needs = Partial<Pick<Config, Secret>> & {
	faulty: ReadonlySet<SettingName>;
	production: boolean;
};

const MAKE = "make one with `openssl rand -hex 32`";
/** Of fewer different characters none is made by chance. */
const LEAST_DIFFERENT = 8;

/** Whether the secrets are set, and would be hard to guess. */
export async function examineSecrets(needs: Needs): Promise<Finding[]> {
	const { WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS, ADMIN_TOKEN } = needs;
	const findings = SECRETS.flatMap((name) => {
		if (needs.faulty.has(name))
			return unknown(
				name,
				"not looked at",
				`Set a longer ${name} first: ${MAKE}`,
			);
		const value = needs[name];
		if (value === undefined) return missing(name, needs);
		if (new Set(value).size < LEAST_DIFFERENT)
			return broken(name, "easy to guess", `Set another ${name}: ${MAKE}`);
		return name === "WEBHOOK_SECRET_PREVIOUS" ? [] : ok(name, "set");
	});
	if (WEBHOOK_SECRET_PREVIOUS !== undefined)
		findings.push(lingering(WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS));
	if (ADMIN_TOKEN !== undefined && ADMIN_TOKEN === WEBHOOK_SECRET)
		findings.push(
			warning(
				"ADMIN_TOKEN",
				"the same as WEBHOOK_SECRET, which the engine knows",
				`Set another ADMIN_TOKEN: ${MAKE}`,
			),
		);
	return findings;
}

function missing(name: Secret, { production }: Needs): Finding | [] {
	switch (name) {
		case "WEBHOOK_SECRET":
			return warning(
				name,
				"not set: webhooks are taken without a proof of their sender",
				`Set it here and in the engine: ${MAKE}`,
			);
		case "ADMIN_TOKEN":
			return production
				? warning(
						name,
						"not set: the debug routes and the dashboard are closed",
						`Set it: ${MAKE}`,
					)
				: ok(name, "not set: the debug routes answer this machine alone");
		case "WEBHOOK_SECRET_PREVIOUS":
			return [];
	}
}

function lingering(current: string | undefined, previous: string): Finding {
	const name = "WEBHOOK_SECRET_PREVIOUS";
	if (current === undefined)
		return warning(name, "has no effect without WEBHOOK_SECRET", "Set that");
	return current === previous
		? warning(name, "the same as WEBHOOK_SECRET", "Take it out")
		: warning(
				name,
				"still set: who knows the old secret is still believed",
				"Take it out once no job is left whose webhook URL bears the old token",
			);
}
