import type { Rest } from "./rest.ts";

/** Fewer than fill a batch wait so long for company, ms. */
const COMPANY_MS = 250;
/** After a batch without a single record, what comes next waits so long for company, ms: strangers' junk costs a call each time. */
const GATHER_MS = 2_000;
/** Longest sleep, ms: what nobody rang for is found at the latest then. */
const LONGEST_SLEEP = 30_000;

type Needs = {
	/** So many are a full batch, and wait no longer. */
	batch: number;
	rest: Pick<Rest, "isOn" | "until">;
	now: () => number;
};

/** Sleeps, until it is called. */
export type Calls = {
	/** There is one more. */
	wake(): void;
	/** All that came is looked at now. */
	forget(): void;
	/** Whether what was looked at last had not a single record. */
	gather(isJunk: boolean): void;
	/** Until the next is due and the rest is over, or somebody wakes us. @param nextDue ms since the epoch; null: nothing waits */
	sleep(nextDue: number | null): Promise<void>;
	/** Wakes, and sleeps no more. */
	stop(): void;
};

/** Gathers those who come, so that a full batch costs the fewest calls. */
export function createCalls({ batch, rest, now }: Needs): Calls {
	/** How many came since the last were claimed; and whether they are to wait no longer. */
	let came = 0;
	let called = false;
	let ring: () => void = () => {};
	let gatherUntil = 0;
	let later: NodeJS.Timeout | undefined;
	let stopped = false;

	/** How long what comes is still gathered, ms. */
	function gathering(): number {
		const left = gatherUntil - now();
		return left > GATHER_MS ? 0 : Math.max(left, 0);
	}

	/** How long who comes now waits for company, ms. */
	function company(): number {
		return Math.max(COMPANY_MS, gathering());
	}

	function call(): void {
		forget();
		called = true;
		ring();
	}

	function forget(): void {
		clearTimeout(later);
		later = undefined;
		came = 0;
		called = false;
	}

	return {
		wake() {
			if (rest.isOn()) return;
			came += 1;
			if (came >= batch) call();
			else later ??= setTimeout(call, company());
		},
		forget,
		gather(isJunk) {
			gatherUntil = isJunk ? now() + GATHER_MS : 0;
		},
		sleep(nextDue) {
			const due = Math.max(nextDue ?? Number.POSITIVE_INFINITY, rest.until());
			const left = due - now();
			const ms = Math.max(left, left > 0 ? gathering() : company());
			return new Promise((resolve) => {
				const timer = setTimeout(resolve, Math.min(ms, LONGEST_SLEEP));
				ring = () => {
					clearTimeout(timer);
					resolve();
				};
				// To one that rests a call is answered when the rest is over, or it would go round until then, and nothing else.
				if ((called && !rest.isOn()) || stopped) ring();
			});
		},
		stop() {
			stopped = true;
			forget();
			ring();
		},
	};
}
