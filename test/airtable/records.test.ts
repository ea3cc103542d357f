import { expect, test } from "vitest";
import { createRecords } from "../../src/airtable/records.ts";
import { asNcaJobId, asRecordId } from "../../src/job.ts";
import { ENGINE_SCHEMA } from "../../src/sandbox/airtable-schema.ts";
import { MINUTE, START } from "../set-up.ts";
import { faultOf, pass, refusal, setUp } from "./set-up.ts";

async function setUpRecords(schema = ENGINE_SCHEMA) {
	const { gateway, log, ...rest } = await setUp({ schema });
	return { ...rest, records: createRecords({ gateway, log }) };
}

const isId = <Id>(id: Id | null): id is Id => id !== null;
const recordIds = (ids: readonly string[]) => ids.map(asRecordId).filter(isId);
const runIds = (ids: readonly string[]) => ids.map(asNcaJobId).filter(isId);

test("jobs are read a hundred ids at a time, each once", async () => {
	const { airtable, records } = await setUpRecords();
	const ids = Array.from({ length: 150 }, () => airtable.create("Jobs", {}));

	const jobs = await records.jobs(recordIds([...ids, ...ids]));

	expect(jobs.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
	expect(airtable.calls.map((call) => call.records).toSorted()).toEqual([
		100, 50,
	]);
});

test("no ids cost no call, and unknown ones find nothing", async () => {
	const { airtable, records } = await setUpRecords();

	expect(await records.jobs([])).toEqual([]);
	expect(airtable.calls).toEqual([]);
	expect(await records.jobs(recordIds(["recUNKNOWN0000001"]))).toEqual([]);
});

test("jobs are found by NCA's id, all that bear it", async () => {
	const { airtable, records } = await setUpRecords();
	const run = "4d5c1b0e-7f3a-4c2e-9a6b-000000000001";
	const twins = [1, 2].map(() =>
		airtable.create("Jobs", { "External Job ID": run }),
	);
	airtable.create("Jobs", { "External Job ID": "another-run" });

	const jobs = await records.bearers([], runIds([run]));

	expect(jobs.map(({ id }) => id)).toEqual(twins);
});

test("jobs in a status are found when they are old enough", async () => {
	const { airtable, records } = await setUpRecords();
	const create = (Status: string, ageMs: number) =>
		airtable.create(
			"Jobs",
			{ Status },
			{ createdTime: new Date(START - ageMs).toISOString() },
		);
	const stuck = create("processing", 6 * MINUTE);
	const lost = create("webhook_error", 6 * MINUTE);
	create("processing", 4 * MINUTE);
	create("completed", 6 * MINUTE);

	const pages = await Array.fromAsync(
		records.jobsInStatus(["processing", "webhook_error"], START - 5 * MINUTE),
	);

	expect(pages.flat().map(({ id }) => id)).toEqual([stuck, lost]);
});

test("targets are read from a table that has no Status", async () => {
	const { airtable, records } = await setUpRecords();
	const file = { url: "u", filename: "a.mp4", size: 9 };
	const id = airtable.create("Videos", { "Video + Music": [file] });

	const [target] = await records.targets("Videos", recordIds([id]));

	expect(target).toMatchObject({ id, status: "" });
	expect(target?.attachments("Video + Music")).toEqual([
		{ filename: "a.mp4", size: 9 },
	]);
});

test("a base without one of the fields is read all the same", async () => {
	const { Notes: _, ...Jobs } = ENGINE_SCHEMA.Jobs ?? {};
	const { airtable, records, lines } = await setUpRecords({
		Jobs,
	});
	const id = airtable.create("Jobs", { Status: "processing" });

	const jobs = await records.jobs(recordIds([id]));

	expect(jobs).toMatchObject([{ id, status: "processing", notes: "" }]);
	expect(lines).toMatchObject([{ level: "warn", table: "Jobs" }]);
});

test("a field that the base lacks is asked for once", async () => {
	const { answer, asked, records } = await setUpRecords({
		Jobs: { Status: "text" },
	});
	const ids = recordIds(["rec00000000000001"]);
	await records.jobs(ids);

	answer(pass, pass);
	await records.jobs(ids);

	expect(asked).toHaveLength(1);
});

test("a read that Airtable refuses is a fault of the moment, never of a record", async () => {
	const { answer, records } = await setUpRecords();
	answer(refusal(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"));

	const fault = await faultOf(records.jobs(recordIds(["rec00000000000001"])));

	expect(fault).toMatchObject({ name: "Transient", status: 403 });
});
