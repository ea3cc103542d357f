import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { LONGEST_ANSWER } from "../../src/airtable/guarded.ts";
import type { Fault } from "../../src/sandbox/airtable.ts";
import { startBucket } from "../probe/bucket.ts";
import { all, faultOf, json, setUp, stall } from "./set-up.ts";

const UPDATES = [{ id: "rec00000000000001", fields: { Notes: "a" } }];
const MIB = 1024 * 1024;

/** Resolves when the other side has hung up. @param sent is told of each MiB that was poured */
const endless =
	(hungUp: () => void, sent: () => void): Fault =>
	(req, res) => {
		req.socket.once("close", hungUp);
		res.status(200).type("json");
		const zeros = Buffer.alloc(MIB, "0");
		const pour = () => {
			let more = true;
			while (more && !res.destroyed) {
				more = res.write(zeros);
				sent();
			}
		};
		res.on("drain", pour);
		pour();
	};

test("an answer without an end is cut, and its connection closed", async () => {
	const { answer, gateway } = await setUp();
	const closed = Promise.withResolvers<void>();
	let poured = 0;
	answer(
		endless(closed.resolve, () => {
			poured += MIB;
		}),
	);

	const fault = await faultOf(gateway.update("Jobs", UPDATES));
	await closed.promise;

	expect(fault).toMatchObject({ name: "Transient", code: "TOO_LONG" });
	expect(poured).toBeLessThan(2 * LONGEST_ANSWER);
});

test("an answer is not unpacked, and none is asked for that would have to be", async () => {
	const { answer, gateway } = await setUp();
	let accepted: unknown;
	answer((req, res) => {
		accepted = req.headers["accept-encoding"];
		const body = gzipSync(JSON.stringify({ records: [] }));
		res.status(200).type("json").set("Content-Encoding", "gzip").end(body);
	});

	const fault = await faultOf(gateway.update("Jobs", UPDATES));

	expect(accepted).toBe("identity");
	expect(fault).toMatchObject({ name: "Transient", status: 200 });
});

test.each([301, 302, 303, 307, 308])(
	"a redirect with %i is not followed, nor is what comes with it believed",
	async (status) => {
		const elsewhere = await startBucket((res) => void res.end("{}"));
		const { answer, gateway } = await setUp();
		const { url } = elsewhere.object("x");
		const leading: Fault = (req, res, next) => {
			res.set("Location", url);
			json(status, { records: [] })(req, res, next);
		};
		answer(leading, leading, leading);

		const write = await faultOf(gateway.update("Jobs", UPDATES));
		const read = await faultOf(gateway.list(all("Jobs")));

		expect(elsewhere.asked).toEqual([]);
		expect([write, read]).toMatchObject([
			{ name: "Transient", status },
			{ name: "Transient", status },
		]);
	},
);

test("an answer that breaks off is known as such at once", async () => {
	const { answer, gateway } = await setUp();
	answer((req, res) => {
		res.status(200).type("json").set("Content-Length", "5000");
		res.write('{"records":[', () => req.socket.destroy());
	});

	const fault = await faultOf(gateway.update("Jobs", UPDATES));

	expect(fault).toMatchObject({ name: "Transient", code: "BROKEN_OFF" });
});

test("when the deadline has passed the connection is closed: none is left behind by an answer that stalls", async () => {
	const { answer, gateway } = await setUp({ deadlineMs: 50 });
	const closed = Promise.withResolvers<void>();
	answer((req, res, next) => {
		req.socket.once("close", () => closed.resolve());
		stall(req, res, next);
	});

	const fault = await faultOf(gateway.update("Jobs", UPDATES));
	await closed.promise;

	expect(fault).toMatchObject({ name: "Transient", code: "DEADLINE" });
});
