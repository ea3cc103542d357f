import { operationByName } from "../../src/operations.ts";
import { createClock, type SetUp } from "../set-up.ts";
import {
	bodyOf,
	isSettled,
	makeTrueJob,
	namesIn,
	type TrueJob,
} from "./outside/jobs.ts";

/** A job of a campaign, and what NCA posts of it. */
export type FaultJob = TrueJob & { body: string };

type Places = Pick<SetUp, "airtable" | "spaces">;

/** Of so many jobs one has failed. */
const FAILS_EACH = 7;

/**
 * The nth job of a campaign. It is new, so that no round looks for it: what closes it is its webhook, or the round that
 * is run by hand in the end.
 */
export function makeFaultJob(places: Places, nth: number): FaultJob {
	const ends = nth % FAILS_EACH === FAILS_EACH - 1 ? "failed" : "completed";
	// The programs have the world's clock.
	const job = makeTrueJob(
		{ ...places, clock: createClock(Date.now()) },
		nth,
		ends,
	);
	return { ...job, body: JSON.stringify(bodyOf(places, job)) };
}

/** How a job and its target stand in Airtable: as they were made, as NCA's word has it, or otherwise. */
export function standing(
	places: Pick<Places, "airtable">,
	job: FaultJob,
): "untouched" | "settled" | "otherwise" {
	if (isSettled(places, job)) return "settled";
	const { table, attachment } = operationByName(job.operation);
	const target = places.airtable.get(table, job.targetId);
	const isAsMade =
		isSettled(places, { ...job, ends: "nothing" }) &&
		namesIn(target[attachment]).length === 0 &&
		(table === "Videos" || target.Status === "Combining Media");
	return isAsMade ? "untouched" : "otherwise";
}
