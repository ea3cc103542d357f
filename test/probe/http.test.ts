import { expect, test } from "vitest";
import { createHttp } from "../../src/probe/http.ts";
import { startBucket } from "./bucket.ts";

test("an answer comes with its headers, and nobody is asked to pack it", async () => {
	let accepted: unknown;
	const { object } = await startBucket((res, req) => {
		accepted = req.headers["accept-encoding"];
		res.writeHead(302, { Location: "/elsewhere", "X-Of": ["a", "b"] });
		res.end(req.method);
	});

	const { url } = object("x");
	const answer = await createHttp(60_000)({ method: "GET", url });

	expect(accepted).toBe("identity");
	expect(answer).toMatchObject({
		kind: "answered",
		status: 302,
		headers: { location: "/elsewhere", "x-of": "a, b" },
		text: "GET",
	});
});
