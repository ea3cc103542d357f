import { expect, test } from "vitest";
import { asSeen, mappedOperation } from "../../src/airtable/job-record.ts";
import { START } from "../set-up.ts";
import { OUR_URL, readJob } from "./job-fields.ts";

test("a record is told in our words", () => {
	const job = readJob({
		Status: "processing",
		"External Job ID": "4d5c1b0e-7f3a-4c2e-9a6b-000000000001",
		"Error Details": "of an earlier try",
		Notes: "a person's\n",
	});

	expect(job).toMatchObject({
		id: "rec00000000000001",
		createdAt: START,
		status: "processing",
		ncaJobId: "4d5c1b0e-7f3a-4c2e-9a6b-000000000001",
		errorDetails: "of an earlier try",
		notes: "a person's\n",
	});
});

test("what is missing or odd is empty", () => {
	for (const odd of [undefined, null, 7, true, ["a"], { a: 1 }]) {
		const job = readJob({
			Type: odd,
			Status: odd,
			"External Job ID": odd,
			"Webhook URL": odd,
			"Request Payload": odd,
			"Related Video": odd,
			Notes: odd,
		});

		expect(job).toMatchObject({ status: "", ncaJobId: null, notes: "" });
		expect(job.targetFor("concatenate")).toBeNull();
	}
});

test("a blank External Job ID is none, and any other is the record's own", () => {
	const read = (id: string) => readJob({ "External Job ID": id }).ncaJobId;

	expect(read("")).toBeNull();
	expect(read(" \n")).toBeNull();
	expect(read(" 4d5c1b0e-7f3a-4c2e\n")).toBe("4d5c1b0e-7f3a-4c2e");
	expect(read("id of another form")).toBe("id of another form");
});

test("a job is ours when NCA was told to post to our route", () => {
	for (const url of [
		OUR_URL,
		`${OUR_URL}/`,
		`${OUR_URL}?job_id=rec00000000000001`,
		`  ${OUR_URL}?operation=anything\n`,
		"http://127.0.0.1:8080/webhooks/nca-toolkit",
	]) {
		expect(readJob({ "Webhook URL": url, Type: "music" }).owner).toBe("ours");
	}
});

test("a job with another webhook is foreign, whatever its type", () => {
	for (const url of [
		"https://us.example/webhooks/goapi",
		"https://us.example/webhooks/nca-toolkit-2",
		"https://us.example/other/webhooks/nca-toolkit",
		"https://us.example/?next=/webhooks/nca-toolkit",
		"no URL at all",
	]) {
		expect(readJob({ "Webhook URL": url, Type: "combine" }).owner).toBe(
			"foreign",
		);
	}
});

test("without a URL a job is ours when its type names one operation", () => {
	for (const url of ["", "  ", "None", undefined]) {
		const owner = (type: string) =>
			readJob({ "Webhook URL": url, Type: type }).owner;

		expect(owner("combine")).toBe("ours");
		expect(owner("concatenate")).toBe("ours");
		expect(owner("final")).toBe("ours");
		expect(owner("add_music_to_video")).toBe("ours");
		expect(owner("video_generation")).toBe("unclear");
		expect(owner("music")).toBe("unclear");
		expect(owner("")).toBe("unclear");
	}
});

test("the operation that NCA was told comes before the type", () => {
	const operation = (query: string, Type: string) =>
		readJob({ "Webhook URL": `${OUR_URL}?${query}`, Type }).operation;

	expect(operation("operation=image_zoom", "video_generation")).toBe(
		"image_zoom",
	);
	expect(operation("operation=add_music", "combine")).toBe("add_music");
});

test("an operation that has no target is not taken for one that has", () => {
	for (const query of ["caption", "constructor", ""]) {
		const job = readJob({
			"Webhook URL": `${OUR_URL}?operation=${query}`,
			Type: "combine",
		});

		expect(job.operation).toBe("other");
		expect(mappedOperation(job)).toBeNull();
	}
});

test("without an operation in its URL a job's type says it, where it does", () => {
	expect(readJob({ "Webhook URL": OUR_URL, Type: "final" }).operation).toBe(
		"add_music",
	);
	expect(
		readJob({ "Webhook URL": OUR_URL, Type: "music" }).operation,
	).toBeNull();
});

test("what is remembered of a job is what its record says", () => {
	const job = readJob({
		Type: "combine",
		"External Job ID": "4d5c1b0e-7f3a-4c2e",
		"Related Segment Video": ["recSEGMENT00000001"],
	});

	expect(asSeen(job)).toEqual({
		id: job.id,
		createdAt: START,
		ncaJobId: "4d5c1b0e-7f3a-4c2e",
		operation: "combine",
		targetId: "recSEGMENT00000001",
		closed: null,
	});
});
