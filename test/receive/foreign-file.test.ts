import { expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { setUp } from "../set-up.ts";
import { JOB, post, RUN } from "./send.ts";

const NAME = `${RUN}_output_0.mp4`;

test.each([
	["another host", () => `https://example.com/phi-bucket/${NAME}`],
	["another bucket", (base: string) => `${base}/../other/${NAME}`],
	["dots alone", (base: string) => `${base}/..`],
	["escaped dots", (base: string) => `${base}/%2e%2e`],
	["an escaped slash", (base: string) => `${base}/a%2F${NAME}`],
	["an escaped backslash", (base: string) => `${base}/a%5C${NAME}`],
	["a longer prefix", (base: string) => `${base}x/${NAME}`],
	["two segments", (base: string) => `${base}/a/${NAME}`],
	["no name", (base: string) => `${base}/`],
	["the base itself", (base: string) => base],
	["a query", (base: string) => `${base}/${NAME}?v=2`],
	["an empty query", (base: string) => `${base}/${NAME}?`],
	["a fragment", (base: string) => `${base}/${NAME}#t=1`],
	["a user", (base: string) => `${base.replace("://", "://nca@")}/${NAME}`],
	[
		"our host as the user of another",
		(base: string) => `${base.replace("/phi", "@example.com/phi")}/${NAME}`,
	],
	[
		"another scheme",
		(base: string) => `${base.replace("http", "ftp")}/${NAME}`,
	],
	["no scheme", (base: string) => `${base.replace("http:", "")}/${NAME}`],
	["a blank before it", (base: string) => ` ${base}/${NAME}`],
	["a line end in it", (base: string) => `${base}/a\n${NAME}`],
])("a file is not ours with %s", async (_form, urlAt) => {
	const { url, spaces, drain, inbox, airtable } = await setUp();
	const body = composeSuccess(JOB, RUN, urlAt(spaces.base));

	const answer = await post(url, { body });
	await drain.once();

	expect(answer.status).toBe(202);
	expect(answer.body).toMatchObject({
		status: "parked",
		reason: "foreign file",
	});
	expect(await inbox.list({ limit: 9 })).toMatchObject([{ state: "parked" }]);
	expect([...airtable.calls, ...spaces.heads]).toEqual([]);
});

test("one foreign file among ours is one too many", async () => {
	const { url, spaces } = await setUp();
	const response = [
		{ file_url: `${spaces.base}/${NAME}` },
		{ file_url: "https://example.com/b.mp4" },
	];

	const answer = await post(url, {
		body: { code: 200, id: JOB, job_id: RUN, response },
	});

	expect(answer.body).toMatchObject({ reason: "foreign file" });
});

test("of several bases, a file under any of them is ours", async () => {
	const bases = ["https://a.example/one", "https://b.example/two"];
	const { url } = await setUp({ SPACES_BASE_URL: bases.join(", ") });

	const answers = await Promise.all(
		bases.map((base) =>
			post(url, { body: composeSuccess(JOB, RUN, `${base}/${NAME}`) }),
		),
	);

	expect(answers.map(({ body }) => body.status)).toEqual([
		"accepted",
		"accepted",
	]);
});
