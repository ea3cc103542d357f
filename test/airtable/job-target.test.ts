import { expect, test } from "vitest";
import type { OperationName } from "../../src/operations.ts";
import { OUR_URL, readJob } from "./job-fields.ts";

const BY_QUERY = "recQUERY0000000001";
const BY_LINK = "recLINK00000000001";
const BY_PAYLOAD = "recPAYLOAD00000001";

const target = (operation: OperationName, fields: Record<string, unknown>) =>
	readJob(fields).targetFor(operation);

test("the query is believed before the link, and the link before the payload", () => {
	const payload = { "Request Payload": `{'video_id': '${BY_PAYLOAD}'}` };
	const linked = { ...payload, "Related Video": [BY_LINK] };
	const asked = {
		...linked,
		"Webhook URL": `${OUR_URL}?video_id=${BY_QUERY}`,
	};

	expect(target("concatenate", asked)).toBe(BY_QUERY);
	expect(target("concatenate", linked)).toBe(BY_LINK);
	expect(target("concatenate", payload)).toBe(BY_PAYLOAD);
	expect(target("concatenate", {})).toBeNull();
});

test("each operation looks for the record of its own table", () => {
	const fields = {
		"Related Segment Video": ["recSEGMENT00000001"],
		"Related Video": ["recVIDEO0000000001"],
	};

	expect(target("combine", fields)).toBe("recSEGMENT00000001");
	expect(target("image_zoom", fields)).toBe("recSEGMENT00000001");
	expect(target("concatenate", fields)).toBe("recVIDEO0000000001");
	expect(target("add_music", fields)).toBe("recVIDEO0000000001");
});

test("a segment is not looked for in the query's video_id", () => {
	const url = `${OUR_URL}?video_id=recVIDEO0000000001`;

	expect(target("combine", { "Webhook URL": url })).toBeNull();
});

test("a Python dict in video_id is not taken for a record", () => {
	const dict = `{'id': '${BY_QUERY}', 'fields': {}}`;
	const url = `${OUR_URL}?operation=concatenate&video_id=${encodeURIComponent(dict)}`;

	expect(target("concatenate", { "Webhook URL": url })).toBeNull();
	expect(
		target("concatenate", { "Webhook URL": url, "Related Video": [BY_LINK] }),
	).toBe(BY_LINK);
	expect(
		target("concatenate", {
			"Request Payload": `{"video_id": {"id": "${BY_PAYLOAD}"}}`,
		}),
	).toBeNull();
});

test("two links name no target", () => {
	const links = [BY_LINK, "recLINK00000000002"];
	const payload = `{"segment_id": "${BY_PAYLOAD}"}`;

	expect(target("combine", { "Related Segment Video": links })).toBeNull();
	expect(
		target("combine", {
			"Related Segment Video": links,
			"Request Payload": payload,
		}),
	).toBe(BY_PAYLOAD);
});

test("the payload is read as JSON and as Python's repr", () => {
	for (const payload of [
		`{"segment_id": "${BY_PAYLOAD}", "n": null}`,
		`{'segment_id': '${BY_PAYLOAD}', 'n': None}`,
		`{'segment_id': None, 'record_id': '${BY_PAYLOAD}'}`,
		`  {"record_id": "${BY_PAYLOAD}"}\n`,
	]) {
		expect(target("combine", { "Request Payload": payload })).toBe(BY_PAYLOAD);
	}
});

test("a payload that cannot be read names no target", () => {
	for (const payload of [
		`{'at': datetime(2026, 1, 1)}`,
		`{'segment_id': '${BY_PAYLOAD}`,
		`['${BY_PAYLOAD}']`,
		`"${BY_PAYLOAD}"`,
		"null",
		"",
	]) {
		expect(target("combine", { "Request Payload": payload })).toBeNull();
	}
});

test("what cannot be read in a payload hides nothing else in it", () => {
	for (const payload of [
		`{'at': datetime.datetime(2026, 1, 1), 'segment_id': '${BY_PAYLOAD}'}`,
		`{'segment_id': ['${BY_PAYLOAD}'], 'size': Decimal('1.5')}`,
	]) {
		expect(target("combine", { "Request Payload": payload })).toBe(BY_PAYLOAD);
	}
});
