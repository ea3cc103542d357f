import type { Settings } from "./settings.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Younger jobs are looked for by no round, minutes. */
const LOOKED_FOR_FROM = 5;

/** What a person should know at start, though it does not stop it. */
export function warningsOf(config: Settings, production: boolean): string[] {
	const warnings = [...plainHttp(config), ...tooManyRounds(config)];
	if (!/^app/.test(config.AIRTABLE_BASE_ID)) {
		warnings.push("AIRTABLE_BASE_ID does not begin with app, as base ids do");
	}
	if (config.WEBHOOK_TIMEOUT_MINUTES < LOOKED_FOR_FROM) {
		warnings.push(
			`WEBHOOK_TIMEOUT_MINUTES is ${config.WEBHOOK_TIMEOUT_MINUTES}: jobs count as stuck from then on, and their files are looked for from ${LOOKED_FOR_FROM} minutes on`,
		);
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
	return warnings;
}

/** Of 30 days, a round of one call each time. */
function tooManyRounds(config: Settings): string[] {
	const { AIRTABLE_MONTHLY_CALLS: limit, POLLING_INTERVAL_MINUTES } = config;
	const calls = Math.ceil((30 * 24 * 60) / POLLING_INTERVAL_MINUTES);
	if (!config.ENABLE_JOB_POLLING || limit === undefined || calls < limit)
		return [];
	return [
		`AIRTABLE_MONTHLY_CALLS is ${limit}, and a round every ${POLLING_INTERVAL_MINUTES} minutes (POLLING_INTERVAL_MINUTES) alone makes ${calls} calls in 30 days: once 80 % are used, rounds become rare`,
	];
}

function plainHttp(config: Settings): string[] {
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
}: Pick<Settings, "ALERT_EMAIL" | "SMTP_URL">): string[] {
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
