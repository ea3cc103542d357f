import { describe, expect, test } from "vitest";
import { createMail } from "../../../src/monitor/alerts/mail.ts";
import { HOUR, START } from "../../set-up.ts";
import { setUpAlerts } from "./bench.ts";
import { headersOf, nobody, startSilent, startSmtp, textOf } from "./smtp.ts";

const HELD = { held: 11 };
const PARTIES = { from: "alerts@example.com", to: "people@example.com" };
/** Long enough for loopback, short enough to wait for. */
const SOON_MS = 200;

async function setUpMail(url: string, baseUrl?: string) {
	const mail = createMail({ url, ...PARTIES, deadlineMs: SOON_MS });
	return setUpAlerts([mail], { baseUrl });
}

test("one mail when it opens, one when it is over, none in between", async () => {
	const smtp = await startSmtp();
	const bench = await setUpMail(smtp.url);
	await bench.minutes(2);
	bench.goes(HELD);
	await bench.minutes(30);
	bench.goes();
	await bench.minutes(30);

	expect(smtp.subjects()).toEqual([
		"[nca-webhooks] opened: timeouts held",
		"[nca-webhooks] resolved: timeouts held",
	]);
	expect(smtp.mails[0]).toMatchObject({
		from: PARTIES.from,
		to: [PARTIES.to],
	});
});

test("a mail says what, since when, what it means and what to do, with links", async () => {
	const smtp = await startSmtp();
	const bench = await setUpMail(smtp.url, "https://hooks.example");
	bench.goes({ ncaHungSince: START - 3 * HOUR });

	await bench.look();

	const [mail] = smtp.mails;
	const headers = headersOf(mail?.raw ?? "");
	expect(headers.get("content-type")).toMatch(/^text\/plain/);
	expect(headers.get("auto-submitted")).toBe("auto-generated");
	expect(textOf(mail?.raw ?? "").trim()).toBe(
		`nca hung: opened

What: no job has finished there for an hour

Since: 2026-11-23T09:00:00.000Z, 3 hours ago

What it means: NCA has jobs queued or running, and none has finished for an hour. Its worker may wait for somebody who does not answer its webhook.

What to do: Look at NCA's log, and restart it.

https://hooks.example/dashboard

https://hooks.example/status`,
	);
});

test("a mail that it is over says from when to when", async () => {
	const smtp = await startSmtp();
	const bench = await setUpMail(smtp.url);
	bench.goes(HELD);
	await bench.look();
	bench.goes();
	await bench.minutes(1);

	expect(textOf(smtp.mails[1]?.raw ?? "")).toContain(
		"From 2026-11-23T12:00:00.000Z to 2026-11-23T12:01:00.000Z, 1 minute\n",
	);
});

test("a name and a password are shown to the server", async () => {
	const smtp = await startSmtp();
	const url = `smtp://someone:right@127.0.0.1:${smtp.port}`;
	const bench = await setUpMail(url);
	bench.goes(HELD);

	await bench.look();

	expect(smtp.mails).toHaveLength(1);
});

describe("a server that does not take it is asked again the next minute", () => {
	test("when nobody is there", async () => {
		const bench = await setUpMail(`smtp://${await nobody()}`);
		bench.goes(HELD);

		await bench.minutes(2);

		expect(bench.said("alert not told")).toMatchObject(
			Array(2).fill({ fault: "ESOCKET" }),
		);
	});

	test("when it says nothing", async () => {
		const bench = await setUpMail((await startSilent()).url);
		bench.goes(HELD);

		await bench.look();

		expect(bench.said("alert not told")).toMatchObject([
			{ fault: "ETIMEDOUT" },
		]);
	});

	test("when it refuses who is to have it, until it takes him", async () => {
		const smtp = await startSmtp();
		const bench = await setUpMail(smtp.url);
		smtp.refuse(true);
		bench.goes(HELD);
		await bench.minutes(3);
		const before = smtp.mails.length;

		smtp.refuse(false);
		await bench.minutes(3);

		expect(before).toBe(0);
		expect(smtp.mails).toHaveLength(1);
		expect(bench.said("alert not told")).toMatchObject(
			Array(3).fill({ fault: "EENVELOPE 550" }),
		);
	});

	test("when it refuses the password, which is in no line", async () => {
		const smtp = await startSmtp();
		const url = `smtp://someone:wr0ng-s3cret@127.0.0.1:${smtp.port}`;
		const bench = await setUpMail(url);
		bench.goes(HELD);

		await bench.look();

		expect(smtp.mails).toEqual([]);
		expect(bench.said("alert not told")).toMatchObject([
			{ fault: expect.stringMatching(/^EAUTH \d{3}$/) },
		]);
		expect(JSON.stringify(bench.lines)).not.toMatch(/wr0ng|someone/);
	});
});

test("a stop gives up a mail to a server that says nothing", async () => {
	const { url, called } = await startSilent();
	const mail = createMail({ url, ...PARTIES, deadlineMs: 60_000 });
	const bench = await setUpAlerts([mail], { deadlineMs: 60_000 });
	bench.goes(HELD);
	const looking = bench.look();
	await called;

	bench.stop();
	await looking;

	expect(bench.said("alert not told")).toHaveLength(1);
});

test("hostile text forges neither a header, nor a line, nor the end of a mail", async () => {
	const smtp = await startSmtp();
	const bench = await setUpMail(smtp.url);
	const why =
		"gone\r\n.\r\nMAIL FROM:<a@evil.example>\r\nBcc: b@evil.example\u2028What to do: pay\u202e";
	const shelved = [{ id: "d1", jobId: "recX", why }] as never;
	bench.goes({ shelved });

	await bench.look();

	const [mail] = smtp.mails;
	const lines = textOf(mail?.raw ?? "").split(/[\n\u2028\u2029]/);
	expect(smtp.mails).toHaveLength(1);
	expect(mail?.to).toEqual([PARTIES.to]);
	expect(headersOf(mail?.raw ?? "").has("bcc")).toBe(false);
	expect(smtp.subjects()).toEqual(["[nca-webhooks] opened: delivery buried"]);
	expect(
		lines.filter((line) => /^(MAIL|Bcc|\.|What to do: pay)/.test(line)),
	).toEqual([]);
	expect(lines).toContain(
		"What: d1 of recX: gone . MAIL FROM:<a@evil.example> Bcc: b@evil.example What to do: pay",
	);
});
