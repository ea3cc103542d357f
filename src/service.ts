import type { Config } from "./config.ts";
import { faultFields } from "./errors.ts";
import type { Log } from "./log.ts";
import { createSchedule } from "./poll/schedule.ts";
import { listen } from "./receive/server.ts";
import { createParts, type Parts } from "./wiring/parts.ts";

export type Service = { url: string; stop: () => Promise<void> };

/** The process ends so long after a signal, whatever is still open; Fly's `kill_timeout` must be longer. ms */
export const STOP_WITHIN = 8_000;

/**
 * Starts everything. Stopping: no more requests, those in flight answered, the clock, the drain with its batch,
 * the store.
 * @throws StartError where the folder or the port cannot be had
 */
export async function startService(config: Config, log: Log): Promise<Service> {
	await using starting = new AsyncDisposableStack();
	const parts = await createParts(config, log);
	starting.defer(parts.close);
	starting.defer(() =>
		parts
			.writeAcknowledgements()
			.catch((error) => log.warn(faultFields(error), "figures not written")),
	);
	starting.defer(() =>
		parts.counts
			.write()
			.catch((error) => log.warn(faultFields(error), "counts not written")),
	);
	let stopDraining = async () => {};
	starting.defer(() => stopDraining());
	await parts.ready();
	const schedule = createSchedule(choresOf(parts, config), log);
	starting.defer(schedule.stop);
	// Before the chores are waited for: a mail server can take its time.
	starting.defer(parts.alerts.stop);
	const door = await listen(parts.app, {
		host: config.HOST,
		port: config.PORT,
		log,
	});
	starting.defer(door.close);
	// They would hold the door open until it is shut by force.
	starting.defer(parts.endStreams);
	if (config.METRICS_PORT !== undefined) {
		const side = await listen(parts.metricsApp, {
			host: config.HOST,
			port: config.METRICS_PORT,
			setting: "METRICS_PORT",
			log,
		});
		starting.defer(side.close);
	}
	stopDraining = parts.start();
	schedule.start();
	const running = starting.move();
	return {
		url: `http://${reachable(config.HOST)}:${door.port}`,
		stop: () => running.disposeAsync(),
	};
}

/** Who listens everywhere listens here too. */
function reachable(host: string): string {
	if (host === "0.0.0.0" || host === "::") return "localhost";
	return host.includes(":") ? `[${host}]` : host;
}

function choresOf(parts: Parts, config: Config) {
	const { poll, bringBack, heartbeat, writeAcknowledgements, prune } = parts;
	const { lease, counts, quota, alerts } = parts;
	let firstRound = config.ENABLE_JOB_POLLING;
	const isHour = everyNth(60);
	return [
		{ name: "heartbeat", run: heartbeat },
		{ name: "acknowledgement times", run: writeAcknowledgements },
		{ name: "counts", run: counts.write },
		{
			name: "quota",
			async run() {
				if (lease.held()) await quota.look();
			},
		},
		{
			name: "prune",
			async run() {
				if (lease.held() && isHour()) await prune();
			},
		},
		{ name: "alerts", run: alerts.look },
		{
			name: "bringing back",
			async run() {
				if (lease.held()) await bringBack.replaced();
			},
		},
		{
			name: "matching",
			async run() {
				if (lease.held()) await bringBack.matchedIfDue();
			},
		},
		{
			name: "poll round",
			async run() {
				const isFirst = firstRound;
				firstRound = false;
				if (isFirst) await poll.firstRound();
				else if (config.ENABLE_JOB_POLLING) await poll.roundIfDue();
			},
		},
	];
}

/** True the first time, and then each nth. */
function everyNth(nth: number): () => boolean {
	let times = -1;
	return () => {
		times += 1;
		return times % nth === 0;
	};
}
