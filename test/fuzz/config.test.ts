import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError, loadConfig } from "../../src/config.ts";
import { StartError } from "../../src/errors.ts";
import { createLocate } from "../../src/probe/object.ts";
import { settingNames } from "../../src/settings.ts";
import { runs } from "./runs.ts";
import { mutated, texts } from "./texts.ts";

const CANARY = "cAnArY";
const words = [
	"https://a.example",
	"http://127.0.0.1:1",
	`redis://u:${CANARY}@h:6379`,
	`smtps://u:${CANARY}@h:465`,
	`pat.${CANARY}`,
	`a secret of at least 24 characters ${CANARY}`,
	CANARY,
	"app0",
	"a@b.example",
	"production",
	"true",
	"no",
	"0",
	"1e3",
	"0x10",
	"-1",
	"1.5",
	"Infinity",
	"NaN",
	"99999999999999999999",
	",",
	":",
	"%zz",
];
const values = fc.oneof(
	fc.constantFrom(...words),
	mutated(fc.constantFrom(...words), words),
	texts(words, 6),
);
const environments = fc.dictionary(
	fc.constantFrom(...settingNames, "FLY_APP_NAME", "__proto__", "HOME"),
	values,
	{ maxKeys: 12 },
);
const SOUND = { AIRTABLE_API_KEY: `pat.${CANARY}`, AIRTABLE_BASE_ID: "app0" };
const MAY_HOLD_IT = [
	"AIRTABLE_API_KEY",
	"NCA_API_KEY",
	"WEBHOOK_SECRET",
	"WEBHOOK_SECRET_PREVIOUS",
	"ADMIN_TOKEN",
	"REDIS_URL",
	"SMTP_URL",
];

test("any environment is a configuration that is valid in every value, or one fault that names the settings and tells no secret", () => {
	const given = fc.tuple(environments, fc.boolean(), fc.boolean());
	fc.assert(
		fc.property(given, ([random, isSound, onRoot]) => {
			const env: NodeJS.ProcessEnv = {
				...random,
				...(isSound && SOUND),
			};
			// A folder is no secret, and is told.
			fc.pre(!env.DATA_DIR?.includes(CANARY));
			const secrets = MAY_HOLD_IT.map((name) => env[name]?.trim()).filter(
				(one) => one?.includes(CANARY),
			);
			const told = (text: string) => {
				for (const secret of secrets) expect(text).not.toContain(secret);
			};

			const config = loaded(env, onRoot);

			if (config instanceof Error) {
				expect(config).toBeInstanceOf(StartError);
				if (!(config instanceof ConfigError)) return;
				expect(config.faults.length).toBeGreaterThan(0);
				for (const fault of config.faults)
					expect(settingNames).toContain(fault.split(":", 1)[0]);
				told([config.message, ...config.warnings].join());
				return;
			}
			told(config.warnings.join());
			for (const port of [config.PORT, config.METRICS_PORT ?? 1]) {
				expect(Number.isInteger(port)).toBe(true);
				expect(port).toBeLessThan(65_536);
			}
			for (const url of [
				config.AIRTABLE_ENDPOINT_URL,
				config.NCA_BASE_URL,
				config.WEBHOOK_BASE_URL,
				config.ALERT_WEBHOOK_URL,
				...config.SPACES_BASE_URL,
			])
				if (url !== undefined)
					expect(new URL(`${url}/a`).protocol).toMatch(/^https?:$/);
			expect(config.SPACES_BASE_URL.length).toBeGreaterThan(0);
			for (const base of config.SPACES_BASE_URL)
				expect(createLocate(config.SPACES_BASE_URL)(`${base}/a.mp4`)).toEqual({
					name: "a.mp4",
					url: `${base}/a.mp4`,
				});
			for (const secret of [
				config.WEBHOOK_SECRET,
				config.WEBHOOK_SECRET_PREVIOUS,
				config.ADMIN_TOKEN,
			])
				expect(secret?.length ?? 24).toBeGreaterThanOrEqual(24);
			// A header with it could not be sent.
			expect(config.AIRTABLE_API_KEY).toMatch(/^[!-~]+$/);
			if (config.NCA_API_KEY)
				expect(
					() => new Headers({ "X-API-Key": config.NCA_API_KEY ?? "" }),
				).not.toThrow();
			expect(config.RETENTION_DAYS).toBeGreaterThanOrEqual(1);
			expect(config.POLLING_STATUSES.length).toBeGreaterThan(0);
		}),
		runs(800),
	);
});

function loaded(env: NodeJS.ProcessEnv, onRoot: boolean) {
	try {
		return loadConfig(env, () => onRoot);
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}
