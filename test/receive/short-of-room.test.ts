import { once } from "node:events";
import { connect, type Socket } from "node:net";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import type { Entry, PutResult } from "../../src/inbox/inbox.ts";
import { createAdmit } from "../../src/receive/admit.ts";
import { createDeliveryIds } from "../../src/receive/ids.ts";
import { createRoom } from "../../src/receive/room.ts";
import { createWebhookRoute } from "../../src/receive/webhook.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { START } from "../set-up.ts";
import { JOB, post, ROUTE } from "./send.ts";

const KIB = 1024;
const MOST = 400 * KIB;
/** Of two there is one that waits. */
const LARGE = 170 * KIB;

/** The route with little room, and an inbox that stores when it is told to. */
async function setUp(waitMs: number) {
	const put: Entry[] = [];
	let stored = Promise.resolve<PutResult>({ kind: "new" });
	const webhook = createWebhookRoute({
		inbox: {
			put: (entry) => {
				put.push(entry);
				return stored;
			},
		},
		room: createRoom({ most: MOST, waitMs }),
		mayProve: (query) => query.includes("token="),
		admit: createAdmit({ secrets: [], isOurFile: () => true }),
		newId: createDeliveryIds(
			() => START,
			() => 0,
		),
		suspect: () => {},
		wake: () => {},
		onFly: false,
		now: () => START,
	});
	const { url, close } = await serve(express().use(ROUTE, webhook));
	onTestFinished(close);
	const { hostname, port } = new URL(url);
	return {
		url,
		put,
		/** The store hangs until this is called. */
		hang() {
			const { promise, resolve } = Promise.withResolvers<PutResult>();
			stored = promise;
			return () => resolve({ kind: "new" });
		},
		/** Sends a part of a body, and no more. */
		stall(bytes: number): Socket {
			const socket = connect(Number(port), hostname);
			onTestFinished(() => void socket.destroy());
			const head = `POST ${ROUTE} HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n`;
			socket.setEncoding("latin1").write(head + "x".repeat(bytes));
			return socket;
		},
	};
}

const goodBody = { code: 500, id: JOB, message: "failed" };

test("a large body that is never finished is refused when its wait is over, and others are taken meanwhile", async () => {
	const { url, stall, put } = await setUp(50);
	const slow = [stall(LARGE), stall(LARGE)];

	const good = await post(url, { body: goodBody });
	const [answer] = await Promise.race(
		slow.map((socket) => once(socket, "data")),
	);

	expect(good.body.status).toBe("accepted");
	expect(answer).toMatch(/^HTTP\/1\.1 503 /);
	expect(answer).toContain('{"error":"too much is being sent at once"}');
	expect(put).toHaveLength(1);
});

test("strangers who fill the room give way to those who come after them", async () => {
	const { url, stall } = await setUp(60_000);
	const strangers = [1, 2, 3, 4, 5, 6].map(() => stall(80 * KIB));

	const [refused] = await Promise.race(
		strangers.map((socket) => once(socket, "data")),
	);
	const good = await post(url, { query: "token=t", body: goodBody });

	expect(refused).toMatch(/^HTTP\/1\.1 503 /);
	expect(good.body.status).toBe("accepted");
});

test("what is being stored keeps its room, and the next waits for it", async () => {
	const { url, hang, put } = await setUp(60_000);
	const goOn = hang();
	const pad = "x".repeat(LARGE);
	const both = [1, 2].map((nth) =>
		post(url, { body: { ...goodBody, pad, nth } }).then(({ status }) => status),
	);

	goOn();

	expect(await Promise.all(both)).toEqual([200, 200]);
	expect(put).toHaveLength(2);
});
