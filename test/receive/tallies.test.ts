import { expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { goodBody } from "./send.ts";

const SECRET = "a-secret-of-at-least-24-characters";

test("each request on the webhook route is counted by what became of it", async () => {
	const { url, ledger, spaces } = await setUp();
	const send = (body: string, init: RequestInit = {}) =>
		fetch(`${url}/webhooks/nca-toolkit`, { method: "POST", body, ...init });
	const good = JSON.stringify(goodBody(spaces));

	await send(good);
	await send(good);
	await send("[]");
	await send('{"test":true}');
	await send("nonsense");
	await send("x".repeat(1024 * 1024 + 1));
	await send(good, { headers: { "Content-Encoding": "gzip" } });
	await fetch(`${url}/webhooks/nca-toolkit`);

	expect(await ledger.tallies()).toEqual(
		new Map(
			Object.entries({
				"webhook accepted": 1,
				"webhook duplicate": 1,
				"webhook parked": 1,
				"webhook test": 1,
				"webhook malformed": 1,
				"webhook refused": 3,
			}),
		),
	);
});

test("one without proof is counted as such, also where it is not JSON", async () => {
	const { url, ledger } = await setUp({ WEBHOOK_SECRET: SECRET });

	await fetch(`${url}/webhooks/nca-toolkit`, { method: "POST", body: "no" });

	expect(await ledger.tallies()).toEqual(new Map([["webhook unproven", 1]]));
});
