import type { Request } from "express";
import { faultFields } from "../errors.ts";
import type { Entry } from "../inbox/inbox.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { RunKey } from "../job.ts";
import type { Alerts } from "../monitor/alerts/alerts.ts";
import type { Dashboard } from "../monitor/dashboard/dashboard.ts";
import type { Figures } from "../monitor/figures.ts";
import type { Metrics } from "../monitor/metrics.ts";
import { createMetricsRoute } from "../monitor/metrics-route.ts";
import { createReadyRoute } from "../monitor/ready.ts";
import { createStatusRoute } from "../monitor/status.ts";
import { createAdminRoutes } from "../operate/admin-routes.ts";
import { createCurl } from "../operate/curl.ts";
import { bearsToken, createExpectedRoute } from "../operate/expected-route.ts";
import { createAdminGate } from "../operate/gate.ts";
import { createJobRoutes } from "../operate/job-routes.ts";
import { createJobViews } from "../operate/job-views.ts";
import { createOpenapiRoute } from "../operate/openapi-route.ts";
import { createWebhookRoutes } from "../operate/webhook-routes.ts";
import { createAdmit } from "../receive/admit.ts";
import { createApp } from "../receive/app.ts";
import { addressOf } from "../receive/attempts.ts";
import { createDebugWebhookRoute } from "../receive/debug-webhook.ts";
import { createLimit } from "../receive/limit.ts";
import { mayProve, tokenFor } from "../receive/proof.ts";
import { createRoom } from "../receive/room.ts";
import { createSuspect } from "../receive/suspect.ts";
import { createWebhookRoute } from "../receive/webhook.ts";
import { isSameSecret } from "../secret.ts";
import type { Reach, wirePolling } from "./polling.ts";
import type { Watch } from "./watch.ts";
import { type Common, DAY, MINUTE, read } from "./world.ts";

/** Of one address within a minute. */
const WRONG_TOKENS = 10;
const OTHER_WEBHOOKS = 60;

type Behind = Reach &
	Pick<ReturnType<typeof wirePolling>, "poll" | "bringBack" | "nca"> & {
		findRun: (id: string) => Promise<RunKey | null>;
		isOurFile: (url: string) => boolean;
		ledger: Ledger;
		canTake: () => boolean;
		/** Whether the last write to the inbox went well. */
		wrote: () => boolean;
		dependencies: Watch["dependencies"];
		/** null: there is but this machine. */
		holdsDrain: (() => boolean) | null;
		alerts: Alerts;
		figures: () => Promise<Figures>;
		dashboard: Dashboard["routes"];
		metrics: Metrics;
		/** One of NCA's requests was answered after so long, ms. */
		took: (ms: number) => void;
	};

/** The HTTP surface. */
export function wireApp({ config, log, world, newId }: Common, behind: Behind) {
	const { now, monotonic } = world;
	const { poll, nca, ledger, inbox, wake, canTake } = behind;
	const { findRun, isOurFile } = behind;
	const { onFly, production } = config;
	const { WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS = WEBHOOK_SECRET } = config;
	const secrets =
		WEBHOOK_SECRET && WEBHOOK_SECRET_PREVIOUS
			? [WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS]
			: [];
	const isTokenOf = (token: string, ...of: [string, string]) =>
		secrets.some((secret) => isSameSecret(token, tokenFor(secret, ...of)));
	const room = createRoom();
	const admit = createAdmit({ secrets, isOurFile });
	const curl = createCurl(config.WEBHOOK_BASE_URL);
	const byAddress = {
		addressOf: (req: Request) => addressOf(req, onFly),
		monotonic,
	};
	const factsOf = (req: Request) => ({
		method: req.method,
		path: req.path,
		ip: addressOf(req, onFly),
	});
	const gateNeeds = {
		adminToken: config.ADMIN_TOKEN,
		production,
		limit: createLimit({
			...byAddress,
			most: WRONG_TOKENS,
			exceeded: (req) => log.warn(factsOf(req), "admin refused for a minute"),
		}),
		refused: (req: Request) => log.warn(factsOf(req), "admin refused"),
	};
	const gate = createAdminGate(gateNeeds);
	const gateOrJob = createAdminGate({ ...gateNeeds, isAttempt: bearsToken });
	const makeDue = createSuspect({ ledger, now });
	const suspect = (entry: Entry) => {
		makeDue(read(entry)).catch((error) =>
			log.warn(faultFields(error), "job not made due"),
		);
	};
	return createApp({
		webhook: createWebhookRoute({
			inbox,
			room,
			mayProve: (...request) => mayProve(secrets, ...request),
			admit,
			newId,
			wake,
			suspect,
			onFly,
			now,
		}),
		debugWebhook: createDebugWebhookRoute({
			inbox,
			room,
			newId,
			log,
			onFly,
			now,
		}),
		limitOthers: createLimit({ ...byAddress, most: OTHER_WEBHOOKS }),
		canTake,
		admin: createAdminRoutes({
			gate,
			open: [
				createExpectedRoute({ gate: gateOrJob, isTokenOf, ledger, log, now }),
			],
			routes: [
				createReadyRoute({
					...behind.dependencies,
					nca: nca.configured ? behind.dependencies.nca : null,
					wrote: behind.wrote,
					holdsDrain: behind.holdsDrain,
				}),
				createStatusRoute({
					figures: behind.figures,
					alerts: behind.alerts,
					inbox,
					ledger,
					nca,
					timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
					retentionMs: config.RETENTION_DAYS * DAY,
					now,
				}),
				createMetricsRoute({ metrics: behind.metrics, log }),
				behind.dashboard,
				createWebhookRoutes({ inbox, curl, wake, log, now }),
				createJobViews({ inbox, ledger, curl, now }),
				createJobRoutes({
					poll,
					matchRecords: behind.bringBack.matched,
					inbox,
					ledger,
					findRun,
					isOurFile,
					newId,
					wake,
					log,
					now,
				}),
				createOpenapiRoute({
					async document() {
						// What it is made of takes memory that only those who ask for it need.
						const { makeDocument } = await import("./openapi.ts");
						return makeDocument({ config });
					},
				}),
			],
			log,
		}),
		log,
		onFly,
		production,
		monotonic,
		took: behind.took,
	});
}
