import { expect, test } from "vitest";
import { startCampaign } from "./campaign.ts";
import type { Sent } from "./flood.ts";
import { makeFaultJob } from "./jobs.ts";
import { countsOf, NOTHING_WRONG } from "./verify.ts";

const AT_ONCE = { withinMs: 300 };

/** A few webhooks that were acknowledged, and nothing wrong with them. */
async function afterFlood() {
	const campaign = await startCampaign();
	await campaign.start();
	const flood = campaign.flood();
	await flood.more(10);
	const sent = await flood.end();
	expect(await campaign.verify(sent)).toMatchObject(NOTHING_WRONG);
	const [one] = sent;
	if (one?.answer.kind !== "acknowledged") throw new Error("none was sent");
	return { campaign, sent, one };
}

test("the second pass sees what was lost, written twice or written wrongly", async () => {
	const { campaign, sent, one } = await afterFlood();
	const { airtable, verify, writes } = campaign;
	const job = makeFaultJob(campaign, 3);
	const strange: Sent = {
		job,
		answer: { kind: "acknowledged", deliveryId: "d-never-given" },
		ms: 1,
	};
	const unanswered: Sent = {
		...strange,
		answer: { kind: "unanswered", code: "ECONNRESET" },
	};

	const neverRecorded = await verify([...sent, strange], AT_ONCE);
	const { id } = one.job;
	airtable.set("Jobs", id, { Status: "processing" });
	const notClosed = await verify(sent, AT_ONCE);
	airtable.set("Jobs", id, { Status: one.job.ends });
	airtable.set("Jobs", job.id, { Status: "failed" });
	const failedFalsely = await verify([...sent, unanswered], AT_ONCE);
	writes.push({
		table: "Videos",
		id: "rec1",
		before: { "Video + Music": [{ id: "att1" }] },
		given: { "Video + Music": [{ url: "http://x/y.mp4" }] },
	});
	const attachedTwice = await verify(sent, AT_ONCE);
	writes.splice(-1, 1, {
		table: "Jobs",
		id,
		before: { Status: "completed", "Response Payload": "{}" },
		given: { Status: "failed" },
	});
	const turned = await verify(sent, AT_ONCE);

	expect(neverRecorded.lost).toEqual([
		expect.stringContaining(`${job.id}: its delivery is answered with 404`),
	]);
	expect(notClosed.lost).toEqual([expect.stringContaining(id)]);
	expect(failedFalsely.wrong).toEqual([expect.stringContaining(job.id)]);
	expect(countsOf(attachedTwice)).toMatchObject({ "written twice": 1 });
	expect(countsOf(turned)).toMatchObject({ lost: 0, "written twice": 1 });
});

test("the second pass sees that the process is gone", async () => {
	const { campaign } = await afterFlood();

	await campaign.running().stop("SIGKILL");

	expect(await campaign.verify([])).toMatchObject({ health: 0 });
});
