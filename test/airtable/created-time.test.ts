import { expect, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";

test("records made at no time that there is are Airtable's fault: nothing is buried for it, and all is settled once it is over", async () => {
	const bench = await setUp();
	const { airtable, drain, clock } = bench;
	const job = makeJob(bench, "combine");
	await succeed(bench, job).expect(200);
	airtable.fault((_req, res, next) => {
		const send = res.json.bind(res);
		res.json = (body) =>
			send({
				...body,
				records: body.records.map((one: object) => ({
					...one,
					createdTime: "soon",
				})),
			});
		next();
	});

	await drain.once();

	expect(bench.said("drain paused")).toHaveLength(1);
	expect(bench.said("delivery buried")).toEqual([]);
	airtable.fault(null);
	clock.advance(MINUTE);
	await drain.once();
	expect(airtable.get("Jobs", job.id).Status).toBe("completed");
});
