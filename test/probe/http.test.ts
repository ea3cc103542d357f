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

test("an answer without an end is cut, and its connection closed", async () => {
	const MIB = 1024 * 1024;
	const closed = Promise.withResolvers<void>();
	let poured = 0;
	const { object } = await startBucket((res) => {
		res.once("close", closed.resolve);
		const pour = () => {
			let more = true;
			while (more && !res.destroyed) {
				more = res.write(Buffer.alloc(MIB));
				poured += MIB;
			}
		};
		res.on("drain", pour);
		pour();
	});

	const answer = await createHttp(60_000)({
		method: "GET",
		url: object("x").url,
	});
	await closed.promise;

	expect(answer).toMatchObject({ kind: "fault" });
	expect(poured).toBeLessThan(64 * MIB);
});
