import type { Filter, Inbox, Recorded } from "../../inbox.ts";
import type { Redis } from "../client.ts";
import { type Kept, load, type Whole, withBodies } from "./requests.ts";
import { setsOf, walk } from "./walk.ts";

/** What people look at. */
export function createRedisRecorded(redis: Redis): Pick<Inbox, "list" | "get"> {
	/** Those of a list, newest first, whatever its limit. */
	async function* listed(filter: Filter): AsyncGenerator<Whole> {
		const { text, limit, before: after } = filter;
		const sets = setsOf(filter);
		for await (const page of walk(redis, { sets, newestFirst: true, after })) {
			const kept = page
				.map((one) => one.kept)
				.filter((one) => isListed(one, filter));
			const some = text === undefined ? kept.slice(0, limit) : kept;
			for await (const one of withBodies(redis, some))
				if (text === undefined || one.body.includes(text)) yield one;
		}
	}

	return {
		async list(filter) {
			const found: Recorded[] = [];
			for await (const one of listed(filter)) {
				found.push(asRecorded(one));
				if (found.length >= filter.limit) break;
			}
			return found;
		},
		async get(id) {
			const held = await load(redis, [id]);
			const kept = held.map((one) => one.kept);
			for await (const one of withBodies(redis, kept)) return asRecorded(one);
			return null;
		},
	};
}

function asRecorded({
	repeatKey: _,
	waiting: __,
	lookedAt: ___,
	countedAs: ____,
	...recorded
}: Whole): Recorded {
	return recorded;
}

/** Whether a request is one of a list's, as far as its body does not matter. */
function isListed(
	{ task, state, reason, receivedAt }: Kept,
	{ state: wanted, reasons, since }: Filter,
): boolean {
	return (
		(wanted === undefined || state === wanted) &&
		(reasons === undefined || reasons.includes(reason ?? "")) &&
		(since === undefined || receivedAt >= since) &&
		(task !== "read_back" || state === "parked" || state === "buried")
	);
}
