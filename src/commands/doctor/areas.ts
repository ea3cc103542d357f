import { placeOf } from "../../config.ts";
import { createHttp } from "../../probe/http.ts";
import { readEach } from "../../settings.ts";
import { examineAirtable } from "./airtable.ts";
import { examineCalls } from "./airtable-calls.ts";
import type { Examine } from "./check.ts";
import { examineClock } from "./clock.ts";
import type { Area } from "./diagnose.ts";
import { examineMachines } from "./machines.ts";
import { examineNca } from "./nca.ts";
import { createNeeding } from "./needing.ts";
import { examineRedis } from "./redis.ts";
import { examineSecrets } from "./secrets.ts";
import { examineSettings } from "./settings.ts";
import { examineSmtp } from "./smtp.ts";
import { examineSpaces } from "./spaces.ts";
import { examineVolume } from "./volume.ts";
import type { Resolve } from "./webhook-address.ts";
import type { Connect } from "./webhook-tls.ts";
import { examineWebhookUrl } from "./webhook-url.ts";

type Needs = {
	env: NodeJS.ProcessEnv;
	/** The name, or the URL, of a file that is known to be in Spaces. */
	object: string | null;
	onRootFileSystem: (dir: string) => boolean;
	/** The addresses of a host, as a connection would look for them. */
	resolve: Resolve;
	/** The AAAA records of a name. */
	resolve6: Resolve;
	connect: Connect;
	/** Signs in at a mail server. @throws with a word for the fault */
	verifyMail: (url: string) => Promise<void>;
	/** ms since the epoch */
	now: () => number;
	/** ms of a clock that is never set */
	monotonic: () => number;
	sleep: (ms: number) => Promise<unknown>;
};

/** For one question, ms. */
const DEADLINE_MS = 10_000;

/** Each part of the set-up that is looked at, in the order in which it is shown. */
export function createAreas(needs: Needs): Area[] {
	const { env, now, object, onRootFileSystem, sleep } = needs;
	const { onFly, production } = placeOf(env);
	const each = readEach(env);
	const { settings, faulty } = each;
	const needing = createNeeding(each);
	const http = createHttp(DEADLINE_MS);

	const areas: Record<string, Examine> = {
		Settings: () => examineSettings({ env, onRootFileSystem, onFly }),
		Secrets: () => examineSecrets({ ...settings, faulty, production }),
		Airtable: needing(
			[
				"AIRTABLE_API_KEY",
				"AIRTABLE_BASE_ID",
				"AIRTABLE_ENDPOINT_URL",
				"COMPLETED_STATUS",
				"FAILED_STATUS",
				"POLLING_STATUSES",
			],
			(words) =>
				examineAirtable({
					http,
					endpoint: words.AIRTABLE_ENDPOINT_URL,
					apiKey: words.AIRTABLE_API_KEY,
					baseId: words.AIRTABLE_BASE_ID,
					words,
					sleep,
				}),
		),
		"Airtable's quota": needing(
			[
				"AIRTABLE_MONTHLY_CALLS",
				"ENABLE_JOB_POLLING",
				"POLLING_INTERVAL_MINUTES",
			],
			examineCalls,
		),
		Clock: needing(["AIRTABLE_ENDPOINT_URL"], ({ AIRTABLE_ENDPOINT_URL }) =>
			examineClock({ http, endpoint: AIRTABLE_ENDPOINT_URL, now }),
		),
		Spaces: needing(["SPACES_BASE_URL"], (config) =>
			examineSpaces({ config, object, http }),
		),
		NCA: needing(["NCA_BASE_URL", "NCA_API_KEY"], (config) =>
			examineNca({ config, http }),
		),
		Webhooks: needing(
			[
				"WEBHOOK_BASE_URL",
				"WEBHOOK_SECRET",
				"ADMIN_TOKEN",
				"HOST",
				"PORT",
				"NCA_BASE_URL",
			],
			(config) => examineWebhookUrl({ ...needs, config, production, http }),
		),
		Redis: needing(["REDIS_URL"], ({ REDIS_URL }) => examineRedis(REDIS_URL)),
		Volume: needing(
			["DATA_DIR", "REDIS_URL"],
			({ DATA_DIR: dir, REDIS_URL: redisUrl }) =>
				examineVolume({ dir, redisUrl, onFly, onRootFileSystem }),
		),
		Machines: needing(["REDIS_URL"], ({ REDIS_URL: redisUrl }) =>
			examineMachines({
				appName: env.FLY_APP_NAME,
				redisUrl,
				resolve: needs.resolve6,
			}),
		),
		Mail: needing(
			["SMTP_URL", "ALERT_EMAIL"],
			({ SMTP_URL: url, ALERT_EMAIL: to }) =>
				examineSmtp({ url, to, verify: needs.verifyMail }),
		),
	};
	return Object.entries(areas).map(([area, examine]) => ({ area, examine }));
}
