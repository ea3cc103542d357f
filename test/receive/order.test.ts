import { expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { breakStore } from "./broken-store.ts";
import { MIB, post } from "./send.ts";

const WEBHOOK_SECRET = "a secret of at least 24 characters";
const COMPRESSED = { "Content-Encoding": "gzip" };
const HUGE = "x".repeat(MIB + 1);

test.each([
	["too large before compressed", HUGE, COMPRESSED, 413],
	["too large before without proof", HUGE, {}, 413],
	["compressed before without proof", "{}", COMPRESSED, 415],
	["without proof before not JSON", "{", {}, 401],
	["without proof before parked", "[]", {}, 401],
	["without proof before a test", '{"test":true}', {}, 401],
])(
	"of several faults the first is told: %s",
	async (_what, body, headers, status) => {
		const { url, inbox } = await setUp({ WEBHOOK_SECRET });

		const answer = await post(url, { body, headers });

		expect(answer.status).toBe(status);
		expect(Object.keys(answer.body)).toEqual(["error"]);
		expect(await inbox.list({ limit: 9 })).toMatchObject([
			{ state: "refused" },
		]);
	},
);

test.each([
	["too large before not stored", HUGE, {}, 413],
	["compressed before not stored", "{}", COMPRESSED, 415],
	["not stored before without proof", "{}", {}, 503],
	["not stored before not JSON", "{", {}, 503],
])("where the store fails, too: %s", async (_what, body, headers, status) => {
	const { url, config } = await setUp({ WEBHOOK_SECRET });
	breakStore(config);

	const answer = await post(url, { body, headers });

	expect(answer.status).toBe(status);
});
