import { createLog } from "../../../src/log.ts";
import { createAlerts } from "../../../src/monitor/alerts/alerts.ts";
import type { Channel, Notice } from "../../../src/monitor/alerts/notice.ts";
import type { Snapshot } from "../../../src/monitor/alerts/snapshot.ts";
import type { LogLine } from "../../../src/sandbox/program.ts";
import { createClock } from "../../set-up.ts";
import { calm } from "./calm.ts";

/** One who is told, and may be down. */
export function createListener(name: string) {
	const told: Notice[] = [];
	let fault: string | null = null;
	const channel: Channel = {
		name,
		async send(notice) {
			if (fault) throw new Error(fault);
			told.push(notice);
		},
	};
	return {
		channel,
		/** As `opened nca_hung`. */
		heard: () => told.map(({ event, cause }) => `${event} ${cause}`),
		told,
		fail(why: string | null) {
			fault = why;
		},
	};
}

type Options = {
	enabled?: boolean;
	deadlineMs?: number;
	baseUrl?: string | undefined;
	redact?: (text: string) => string;
};

/** Alerts on a clock that is moved by hand, on facts that outlive them, over a world that is set by hand. */
export async function setUpAlerts(
	channels: readonly Channel[],
	{
		enabled = true,
		deadlineMs = 10_000,
		baseUrl,
		redact = (text) => text,
	}: Options = {},
) {
	const clock = createClock();
	const facts = new Map<string, number>();
	const lines: LogLine[] = [];
	let wrong: Partial<Snapshot> = {};
	let held = true;
	let full = false;
	const log = await createLog({
		level: "debug",
		write: (line) => lines.push(JSON.parse(line)),
	});
	const start = () =>
		createAlerts({
			enabled,
			gather: async () => ({ ...calm(clock.now()), ...wrong }),
			channels,
			ledger: {
				fact: async (name) => facts.get(name) ?? null,
				async note(name, value) {
					if (full) throw new Error("the disk is full");
					facts.set(name, value);
				},
			},
			lease: { held: () => held },
			redact,
			baseUrl,
			deadlineMs,
			log,
			now: clock.now,
			monotonic: clock.now,
		});
	let alerts = start();

	return {
		clock,
		lines,
		/** What is wrong from now on; nothing: all is well. */
		goes(change: Partial<Snapshot> = {}) {
			wrong = change;
		},
		look: () => alerts.look(),
		open: () => alerts.open(),
		stop: () => alerts.stop(),
		restart() {
			alerts = start();
		},
		hold(isOurs: boolean) {
			held = isOurs;
		},
		fill(isFull: boolean) {
			full = isFull;
		},
		said: (msg: string) => lines.filter((line) => line.msg === msg),
		async minutes(count: number) {
			for (let nth = 0; nth < count; nth += 1) {
				clock.advance(60_000);
				await alerts.look();
			}
		},
	};
}
