import cron from "node-cron";
import { faultFields } from "../errors.ts";
import type { Log } from "../log.ts";

/** What is done each minute; each by itself, so that one that fails keeps no other from being done. */
export type Chore = { name: string; run: () => Promise<unknown> };

/**
 * Ticks each minute and does the chores, the last tick's being done. Each chore asks itself whether it is due:
 * a cron step of seven minutes would begin anew at every hour.
 * @returns what stops it, when the chores in hand are done
 */
export function startSchedule(
	chores: readonly Chore[],
	log: Log,
): () => Promise<void> {
	let running: Promise<void> | null = null;

	async function tick(): Promise<void> {
		for (const { name, run } of chores) {
			try {
				await run();
			} catch (error) {
				log.error({ chore: name, ...faultFields(error) }, "chore failed");
			}
		}
	}

	function tickOnce(): void {
		running ??= tick().finally(() => {
			running = null;
		});
	}

	const task = cron.schedule("* * * * *", tickOnce, {
		timezone: "UTC",
		suppressMissedWarning: true,
	});
	tickOnce();
	return async () => {
		await task.destroy();
		await running;
	};
}
