import { expect, test } from "vitest";
import type { Finding } from "../../../src/commands/doctor/check.ts";
import { startBucket } from "../../probe/bucket.ts";
import { setUp } from "../../set-up.ts";
import {
	BASE,
	examiner,
	front,
	frontedProgram,
	SECRET,
	TOKEN,
} from "./front.ts";

const arrival = (findings: Finding[]) =>
	findings.find(({ check }) => check === "arrival");

test("a webhook that another machine takes is told from one that arrives here", async () => {
	const here = await frontedProgram();
	const there = await front((_req, res) => void res.end('{"status":"test"}'));

	const findings = await examiner(here, there)();

	expect(arrival(findings)).toMatchObject({
		state: "broken",
		found: expect.stringMatching(/another app, or to another machine/),
		remedy: expect.stringMatching(/fly scale count 1.*REDIS_URL/),
	});
});

test("where no program runs, it is not known, and where to run the doctor is said", async () => {
	const { examine } = await frontedProgram();

	const findings = await examine({}, { PORT: 1 });

	expect(arrival(findings)).toMatchObject({
		state: "unknown",
		remedy: expect.stringContaining('fly ssh console -u node -C "node /app/'),
	});
});

test("a program here that does not know the token leaves it unknown", async () => {
	const { examine } = await frontedProgram();

	const findings = await examine({}, { ADMIN_TOKEN: `${TOKEN}x` });

	expect(arrival(findings)).toMatchObject({
		state: "unknown",
		remedy: expect.stringMatching(/ADMIN_TOKEN/),
	});
	expect(JSON.stringify(findings)).not.toContain(TOKEN);
});

test("another program at the same port leaves it unknown", async () => {
	const { examine } = await frontedProgram();
	const { object } = await startBucket((res) => void res.end("hello"));

	const findings = await examine(
		{},
		{ PORT: Number(new URL(object("x").url).port) },
	);

	expect(arrival(findings)).toMatchObject({
		state: "unknown",
		found: expect.stringMatching(/not this program/),
		remedy: expect.stringMatching(/PORT/),
	});
});

test("without secret or token, in development, it is tried all the same", async () => {
	const bench = await setUp({ WEBHOOK_BASE_URL: BASE });

	const findings = await examiner(
		bench,
		await front(bench.app),
	)({
		production: false,
	});

	expect(findings.every(({ state }) => state === "ok")).toBe(true);
});

test("the previous secret there is no fault, another is", async () => {
	const there = await frontedProgram({
		WEBHOOK_SECRET: `${SECRET}, renewed`,
		WEBHOOK_SECRET_PREVIOUS: SECRET,
	});

	const before = await there.examine({}, { WEBHOOK_SECRET: SECRET });
	const other = await there.examine({}, { WEBHOOK_SECRET: `${SECRET}?` });

	expect(before.every(({ state }) => state === "ok")).toBe(true);
	expect(other.at(-1)).toMatchObject({ check: "secret", state: "broken" });
	expect(JSON.stringify([before, other])).not.toContain(SECRET);
});
