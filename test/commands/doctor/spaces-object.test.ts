import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { examineObject } from "../../../src/commands/doctor/spaces-object.ts";
import { examineShape } from "../../../src/commands/doctor/spaces-shape.ts";
import { createHttp, type Http } from "../../../src/probe/http.ts";
import { startSpaces } from "../../../src/sandbox/spaces.ts";
import { startBucket } from "../../probe/bucket.ts";

const FILE = "4d5c1b0e_output_0.mp4";
const ONCE = "https://phi-bucket.nyc3.digitaloceanspaces.com";
const TWICE = `${ONCE}/phi-bucket`;
const http = createHttp(60_000);

/** A bucket whose files stand where NCA puts them, the bucket's name in the path; asked under its public name. */
async function bucketOfNca(): Promise<Http> {
	const spaces = await startSpaces();
	onTestFinished(spaces.close);
	spaces.put(FILE, 7);
	return (request) =>
		http({ ...request, url: request.url.replace(ONCE, spaces.url) });
}

describe("the bucket's place in the URL", () => {
	test.each([
		["twice, as NCA writes it", TWICE, "ok", null],
		[
			"once, in the path",
			"https://nyc3.digitaloceanspaces.com/phi-bucket",
			"ok",
			null,
		],
		["once, in the host", ONCE, "warning", TWICE],
		["with another folder", `${ONCE}/videos`, "warning", TWICE],
		[
			"nowhere",
			"https://nyc3.digitaloceanspaces.com",
			"broken",
			"https://nyc3.digitaloceanspaces.com/ and the bucket's name",
		],
	])("%s", (_what, base, state, remedy) => {
		const [finding] = examineShape(base);

		expect(finding).toMatchObject({ check: "bucket in the URL", state });
		if (remedy === null) expect(finding?.remedy).toBeNull();
		else expect(finding?.remedy?.endsWith(remedy)).toBe(true);
	});

	test("of a host that is no Space's, nothing is said", () => {
		expect(examineShape("http://127.0.0.1:9000/phi-bucket")).toEqual([]);
	});

	test("the CDN in the origin's place is warned of", () => {
		const [cdn, shape] = examineShape(
			"https://phi-bucket.nyc3.cdn.digitaloceanspaces.com/phi-bucket",
		);

		expect(cdn).toMatchObject({
			check: "origin",
			state: "warning",
			remedy: `Set SPACES_BASE_URL to ${TWICE}`,
		});
		expect(shape).toMatchObject({ state: "ok" });
	});
});

describe("where a known object stands", () => {
	test.each([
		["by its name", FILE],
		["by its URL", `${TWICE}/${FILE}`],
		["by a signed URL", `${TWICE}/${FILE}?X-Amz-Signature=hidden`],
	])("it is found, %s", async (_how, object) => {
		const ask = await bucketOfNca();

		const findings = await examineObject({ bases: [TWICE], object, http: ask });

		expect(findings).toMatchObject([
			{ state: "ok", found: expect.stringContaining(`${TWICE}/${FILE}: 7`) },
		]);
		expect(JSON.stringify(findings)).not.toContain("hidden");
	});

	test("a base that lacks the second bucket is told by the file, and what to set", async () => {
		const ask = await bucketOfNca();

		const findings = await examineObject({
			bases: [ONCE],
			object: FILE,
			http: ask,
		});

		expect(findings).toEqual([
			{
				check: "known object",
				state: "broken",
				found: `the file is not at ${ONCE} but at ${TWICE}`,
				remedy: `Set SPACES_BASE_URL to ${TWICE}`,
			},
		]);
	});

	test("one of several bases is enough", async () => {
		const ask = await bucketOfNca();

		const findings = await examineObject({
			bases: [ONCE, TWICE],
			object: FILE,
			http: ask,
		});

		expect(findings.map(({ state }) => state)).toEqual(["ok"]);
	});

	test("an URL of elsewhere is told apart, with the base that it would need", async () => {
		const ask = await bucketOfNca();

		const findings = await examineObject({
			bases: [TWICE],
			object: `${ONCE}/${FILE}?X-Amz-Signature=hidden`,
			http: ask,
		});

		expect(findings).toEqual([
			{
				check: "known object",
				state: "broken",
				found: expect.stringMatching(/not below SPACES_BASE_URL/),
				remedy: expect.stringMatching(/set SPACES_BASE_URL to https:\S+com$/),
			},
		]);
	});
});

describe("an object that polling could not prove", () => {
	test.each<[number, Record<string, string>, string, RegExp, RegExp]>([
		[403, {}, "broken", /Airtable could not fetch it/, /make it public/],
		[404, {}, "broken", /it is not there/, /with the URL in a webhook/],
		[500, {}, "broken", /proves no file/, /with the URL in a webhook/],
		[200, { "Content-Length": "0" }, "broken", /empty/, /another file/],
		[200, {}, "warning", /length is not told/, /Content-Length/],
	])("%i %j", async (code, headers, state, found, remedy) => {
		const bucket = await startBucket((res: ServerResponse) =>
			res.writeHead(code, headers).end(),
		);

		const findings = await examineObject({
			bases: [new URL(bucket.object("x").url).origin],
			object: FILE,
			http,
		});

		expect(findings).toEqual([
			{
				check: "known object",
				state,
				found: expect.stringMatching(found),
				remedy: expect.stringMatching(remedy),
			},
		]);
	});
});
