import { describe, expect, test } from "vitest";
import type { Channel } from "../../../src/monitor/alerts/notice.ts";
import { HOUR, MINUTE, START } from "../../set-up.ts";
import { createListener, setUpAlerts } from "./bench.ts";

const HELD = { held: 11 };
const hangs: Channel = {
	name: "hangs",
	send: (_notice, signal) =>
		new Promise((_resolve, reject) => {
			signal.addEventListener("abort", () => reject(new Error("given up")));
		}),
};

test("a change is told once, opened and resolved, and nothing in between", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel]);

	await bench.look();
	bench.goes(HELD);
	await bench.minutes(10);
	bench.goes();
	await bench.minutes(10);

	expect(mail.heard()).toEqual([
		"opened timeouts_held",
		"resolved timeouts_held",
	]);
	expect(mail.told.map(({ since, at }) => at - since)).toEqual([
		0,
		10 * MINUTE,
	]);
	expect(bench.said("alert opened")).toMatchObject([
		{ level: "error", alert: "timeouts_held" },
	]);
	expect(bench.said("alert resolved")).toHaveLength(1);
});

test("an opening is not told twice in an hour; what is still open then is told", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel]);

	for (let times = 0; times < 5; times += 1) {
		bench.goes(HELD);
		await bench.minutes(5);
		bench.goes();
		await bench.minutes(5);
	}
	bench.goes(HELD);
	await bench.minutes(10);
	const within = mail.heard();
	await bench.minutes(1);

	expect(within).toEqual(["opened timeouts_held", "resolved timeouts_held"]);
	expect(mail.heard()).toEqual([...within, "opened timeouts_held"]);
	expect(mail.told.at(-1)?.at).toBe(START + MINUTE + HOUR);
	expect(bench.said("alert opened")).toHaveLength(6);
});

test("a clock that is set back keeps nobody quiet", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel]);
	bench.goes(HELD);
	await bench.look();
	bench.goes();
	await bench.look();

	bench.clock.advance(-24 * HOUR);
	bench.goes(HELD);
	await bench.look();

	expect(mail.heard()).toHaveLength(3);
});

test("a restart repeats nothing, and forgets nothing", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel]);
	bench.goes(HELD);
	await bench.look();

	bench.restart();
	await bench.minutes(2 * 60);
	const before = mail.heard();
	bench.restart();
	bench.goes();
	await bench.look();

	expect(before).toEqual(["opened timeouts_held"]);
	expect(mail.heard()).toEqual([...before, "resolved timeouts_held"]);
	expect(bench.said("alert opened")).toHaveLength(1);
});

test("one who is down is told the next minute, and keeps nobody else from being told", async () => {
	const mail = createListener("mail");
	const hook = createListener("webhook");
	const bench = await setUpAlerts([mail.channel, hook.channel]);
	mail.fail("ECONNREFUSED");
	bench.goes(HELD);

	await bench.minutes(3);
	const meanwhile = [mail.heard(), hook.heard()];
	mail.fail(null);
	await bench.minutes(3);

	expect(meanwhile).toEqual([[], ["opened timeouts_held"]]);
	expect(mail.heard()).toEqual(["opened timeouts_held"]);
	expect(hook.heard()).toEqual(["opened timeouts_held"]);
	expect(bench.said("alert not told")).toMatchObject(
		Array(3).fill({ channel: "mail", fault: "ECONNREFUSED" }),
	);
});

test("who was not told that it opened is not told that it is over", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel]);
	mail.fail("ECONNREFUSED");
	bench.goes(HELD);
	await bench.look();

	mail.fail(null);
	bench.goes();
	await bench.minutes(3);

	expect(mail.heard()).toEqual([]);
});

test("one who never answers is given up, and keeps nobody else from being told", async () => {
	const hook = createListener("webhook");
	const bench = await setUpAlerts([hangs, hook.channel], { deadlineMs: 20 });
	bench.goes(HELD);

	await bench.look();

	expect(hook.heard()).toEqual(["opened timeouts_held"]);
	expect(bench.said("alert not told")).toHaveLength(1);
});

test("a stop gives up what is being sent, and it is told after the restart", async () => {
	const mail = createListener("mail");
	const { promise: sending, resolve: began } = Promise.withResolvers<void>();
	const send: Channel["send"] = (notice, signal) => {
		began();
		return hangs.send(notice, signal);
	};
	const channels = [{ ...hangs, send }];
	const bench = await setUpAlerts(channels, { deadlineMs: 60_000 });
	bench.goes(HELD);
	const looking = bench.look();
	await sending;

	bench.stop();
	await looking;
	const [givenUp] = bench.said("alert not told");
	channels[0] = { ...mail.channel, name: "hangs" };
	bench.restart();
	await bench.look();

	expect(givenUp).toMatchObject({ fault: "given up" });
	expect(mail.heard()).toEqual(["opened timeouts_held"]);
});

test("of many causes at once, each is told once", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel]);

	bench.goes({
		held: 11,
		ncaHungSince: START - HOUR,
		endings: { done: 0, failed: 9 },
		closes: { recovered: 9, delivered: 0 },
		refused: { count: 1, reasons: [] },
		disk: { free: 1, total: 1e9 },
	});
	await bench.minutes(5);

	expect(mail.heard().toSorted()).toEqual([
		"opened disk_full",
		"opened field_refused",
		"opened loss_high",
		"opened nca_hung",
		"opened success_low",
		"opened timeouts_held",
	]);
});

test("only the machine that drains looks and tells", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel]);
	bench.hold(false);
	bench.goes(HELD);

	await bench.minutes(3);
	const others = [mail.heard().length, bench.said("alert opened").length];
	bench.hold(true);
	await bench.minutes(1);

	expect(others).toEqual([0, 0]);
	expect(mail.heard()).toHaveLength(1);
});

test("with ENABLE_WEBHOOK_MONITORING=false nothing is told, and nothing is open", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel], { enabled: false });
	bench.goes(HELD);

	await bench.minutes(3);

	expect(await bench.open()).toEqual([]);
	expect([mail.heard(), bench.lines]).toEqual([[], []]);
});

describe("what is open", () => {
	test("is listed with what it means, as long as it is", async () => {
		const bench = await setUpAlerts([]);
		bench.goes(HELD);
		await bench.look();
		const during = await bench.open();
		bench.goes();
		await bench.look();

		expect(during).toEqual([
			{
				id: "timeouts_held",
				title: "timeouts held",
				since: START,
				details: "11 held by the last round",
				meaning: expect.stringContaining("None of them was"),
				remedy: expect.stringContaining("give_up"),
			},
		]);
		expect(await bench.open()).toEqual([]);
	});

	test("is listed with its details by a machine that does not look itself", async () => {
		const bench = await setUpAlerts([]);
		bench.goes(HELD);
		await bench.look();
		bench.restart();
		bench.hold(false);

		const [open] = await bench.open();

		expect(open?.details).toBe("11 held by the last round");
	});

	test("stays so while nobody knows", async () => {
		const bench = await setUpAlerts([]);
		bench.goes({ disk: { free: 1, total: 1e9 } });
		await bench.look();

		bench.goes({ disk: null });
		await bench.minutes(3);

		expect(await bench.open()).toMatchObject([
			{ id: "disk_full", details: "0 of 1000 MB free" },
		]);
	});
});

test("while the store takes nothing, each is told once all the same, and it is written later", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel]);
	bench.fill(true);
	bench.goes({ disk: { free: 0, total: 1e9 } });
	await bench.minutes(5);
	const meanwhile = mail.heard();

	bench.fill(false);
	await bench.minutes(1);
	bench.restart();
	await bench.minutes(5);

	expect(meanwhile).toEqual(["opened disk_full"]);
	expect(mail.heard()).toEqual(meanwhile);
});

test("text from outside becomes one short line without anything secret", async () => {
	const mail = createListener("mail");
	const bench = await setUpAlerts([mail.channel], {
		redact: (text) => text.replace("SECRET", "[redacted]"),
	});
	const reason = `Airtable refused\r\nBcc: a@b.example\u2028\u202eSECRET\u0000 ${"x".repeat(9000)}`;
	bench.goes({ refused: { count: 1, reasons: [reason] } });

	await bench.look();

	const details = mail.told[0]?.details ?? "";
	expect(details).toContain("Airtable refused Bcc: a@b.example [redacted] xxx");
	expect(details.length).toBeLessThan(700);
	expect(details).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});
