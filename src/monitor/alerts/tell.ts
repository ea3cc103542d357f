import type { Log } from "../../log.ts";
import type { Alert } from "./causes/cause.ts";
import type { Notes } from "./notes.ts";
import type { Channel, Notice } from "./notice.ts";
import type { States } from "./state.ts";

/** No opening of one cause is told again within, ms. */
const QUIET_MS = 3_600_000;
/** After so long no more is sent before the next minute, ms: the next look must not be late. */
const TURN_MS = 30_000;

type Needs = {
	causes: readonly Alert[];
	states: Pick<States, "since" | "began">;
	notes: Pick<Notes, "get" | "set">;
	noticeOf: (
		cause: Alert,
		event: Notice["event"],
		since: number,
	) => Promise<Notice>;
	/** For the whole of one message, ms. */
	deadlineMs: number;
	/** Whether it is for us to tell. */
	mayTell: () => boolean;
	/** No more is sent, and what is being sent is given up. */
	stopped: AbortSignal;
	log: Log;
	now: () => number;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

/**
 * Brings one channel up to date: what is open and untold is told, and the end of what was told. What cannot be told
 * now is told the next time, if it is still so. Throws only where the store cannot be read.
 */
export function createTell(needs: Needs) {
	const { states, notes, log, now } = needs;

	return async function tell(channel: Channel): Promise<void> {
		const until = needs.monotonic() + TURN_MS;
		for (const cause of needs.causes) {
			if (needs.monotonic() > until || !needs.mayTell()) return;
			await tellOf(channel, cause);
		}
	};

	async function tellOf(channel: Channel, cause: Alert): Promise<void> {
		const told = `alert ${cause.id} told ${channel.name}`;
		/** When an opening was last told. */
		const last = `alert ${cause.id} last ${channel.name}`;
		const since = await states.since(cause.id);
		const isTold = (await notes.get(told)) > 0;
		if (since > 0 && !isTold && (await isQuietOver(last))) {
			if (await send(channel, cause, "opened", since)) {
				await notes.set(last, now());
				await notes.set(told, now());
			}
		}
		if (since === 0 && isTold) {
			const began = await states.began(cause.id);
			if (await send(channel, cause, "resolved", began))
				await notes.set(told, 0);
		}
	}

	async function isQuietOver(last: string): Promise<boolean> {
		const passed = now() - (await notes.get(last));
		// A clock that was set back must not keep us quiet for longer.
		return passed >= QUIET_MS || passed < 0;
	}

	async function send(
		{ name, send: sendTo }: Channel,
		cause: Alert,
		event: Notice["event"],
		since: number,
	): Promise<boolean> {
		const fields = { alert: cause.id, event, channel: name };
		const deadline = AbortSignal.timeout(needs.deadlineMs);
		const signal = AbortSignal.any([deadline, needs.stopped]);
		try {
			signal.throwIfAborted();
			await sendTo(await needs.noticeOf(cause, event, since), signal);
			log.info(fields, "alert told");
			return true;
		} catch (error) {
			const fault = error instanceof Error ? error.message : "unknown fault";
			log.warn({ ...fields, fault }, "alert not told");
			return false;
		}
	}
}
