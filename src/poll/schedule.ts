import cron, { type ScheduledTask } from "node-cron";
import { faultFields } from "../errors.ts";
import type { Log } from "../log.ts";

/** What is done each minute; one that fails, or is slow, keeps no other from being done. */
export type Chore = { name: string; run: () => Promise<unknown> };

export type Schedule = {
	/** Ticks at once, and then each minute. */
	start(): void;
	/** Resolves when the chores in hand are done. */
	stop(): Promise<void>;
};

/**
 * Ticks each minute and starts the chores, each unless it is still running. Each asks itself whether it is due:
 * a cron step of seven minutes would begin anew at every hour.
 */
export function createSchedule(chores: readonly Chore[], log: Log): Schedule {
	const running = new Map<Chore, Promise<void>>();
	let task: ScheduledTask | undefined;

	async function attempt({ name, run }: Chore): Promise<void> {
		try {
			await run();
		} catch (error) {
			log.error(faultFields(error), `${name} failed`);
		}
	}

	function tick(): void {
		for (const chore of chores) {
			if (running.has(chore)) continue;
			const done = attempt(chore).finally(() => running.delete(chore));
			running.set(chore, done);
		}
	}

	return {
		start() {
			task = cron.schedule("* * * * *", tick, {
				timezone: "UTC",
				suppressMissedWarning: true,
			});
			tick();
		},
		async stop() {
			await task?.destroy();
			await Promise.all(running.values());
		},
	};
}
