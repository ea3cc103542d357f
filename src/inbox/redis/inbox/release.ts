import type { DeliveryId, RunKey } from "../../../job.ts";
import { JOB_CLOSED } from "../../reasons.ts";
import type { Check, Redis } from "../client.ts";
import { change } from "./change.ts";
import type { Changes } from "./changes.ts";
import { inKey, ofKey } from "./keys.ts";
import { type Kept, load } from "./requests.ts";

/** So many are released with the endings; with more Redis would do nothing else for too long. */
const MOST = 500;

const RELEASED = { state: "retry", reason: JOB_CLOSED, dueAt: 0 } as const;

type Closes = {
	holder: Check;
	/** To which those are added that are released with the endings. */
	changes: Changes;
	closed: readonly RunKey[];
};

/** Releases what was parked of runs that are closed. They have waited: if the close does not settle them, they are parked again at once. */
export async function release(
	redis: Redis,
	{ holder, changes, closed }: Closes,
): Promise<void> {
	const parked = (await parkedOf(redis, closed)).filter(
		(id) => !changes.has(id),
	);
	const isWaiting = (kept: Kept) =>
		kept.state === "parked" && kept.task === "outcome" && isOf(kept, closed);
	const released = (kept: Kept) => (isWaiting(kept) ? RELEASED : null);
	// They are not claimed before the rest is done.
	for (let at = MOST; at < parked.length; at += MOST)
		await change(redis, parked.slice(at, at + MOST), released, holder);
	for (const { kept, check } of await load(redis, parked.slice(0, MOST)))
		changes.set(kept.id, { check, before: kept, after: kept });
	for (const one of changes.values())
		if (isWaiting(one.after)) one.after = { ...one.after, ...RELEASED };
}

async function parkedOf(
	redis: Redis,
	closed: readonly RunKey[],
): Promise<DeliveryId[]> {
	const ids = new Set(
		closed.flatMap(({ jobId, ncaJobId }) => [jobId, ncaJobId ?? []].flat()),
	);
	const found = await Promise.all(
		[...ids].map((id) =>
			redis.call<DeliveryId[]>("ZINTER", 2, ofKey(id), inKey("parked")),
		),
	);
	return [...new Set(found.flat())];
}

function isOf({ jobId, ncaJobId }: Kept, runs: readonly RunKey[]): boolean {
	return runs.some(
		(run) =>
			run.jobId === jobId ||
			(run.ncaJobId !== null && run.ncaJobId === ncaJobId),
	);
}
