import type { TestJob } from "../jobs.ts";
import type { SetUp } from "../set-up.ts";

/** As the engine does, whose own write was slower than the webhook. */
export function setBack({ airtable }: SetUp, { id, ncaJobId }: TestJob) {
	airtable.set("Jobs", id, {
		"External Job ID": ncaJobId,
		Status: "processing",
	});
}

export async function roundAndDrain({ poll, drain }: SetUp) {
	const report = await poll.round();
	await drain.once();
	return report;
}
