import request from "supertest";
import { expect, test } from "vitest";
import { setUp } from "../set-up.ts";

test.each([
	["/debug/webhooks", "job_id=recAAAAAAAAAAAAAA&job_id=recBBBBBBBBBBBBBB"],
	["/debug/webhooks", "status=done&status=done"],
	["/debug/webhooks", "limit=1&limit=2"],
	["/debug/webhooks", "__proto__=x"],
	["/debug/webhooks", "constructor=x"],
	["/debug/jobs", "state=stuck&state=buried"],
	["/debug/jobs", "__proto__=x"],
])(
	"what is asked twice, or is no parameter, is refused: %s?%s",
	async (path, query) => {
		const { url } = await setUp();

		const { status, body } = await request(url).get(`${path}?${query}`);

		expect(status).toBe(400);
		expect(Object.keys(body)).toEqual(["error"]);
	},
);
