import { describe, expect, test } from "vitest";
import { readOptions } from "../../src/commands/proof/options.ts";
import { takeLeaks } from "../leaks/watch.ts";
import { post } from "../receive/send.ts";
import { setUp } from "../set-up.ts";
import { runCommand } from "./command.ts";

const JOB = "recAAAAAAAAAAAAAA";
const WEBHOOK_SECRET = "a secret of at least 24 characters";
/** As Python's hmac and openssl have it, of `recAAAAAAAAAAAAAA:combine` under that secret. */
const TOKEN =
	"4e9b22455fb759e156384901453d6248d3f72c09842fe2b991b50bcc979953d6";

test("it prints the token, as any HMAC-SHA256 makes it, and nothing else", async () => {
	const proof = await runCommand("proof", [JOB, "combine"], { WEBHOOK_SECRET });

	expect(proof).toEqual({ code: 0, stdout: `${TOKEN}\n`, stderr: "" });
	expect(takeLeaks()).toEqual([expect.stringContaining("proof/main.ts")]);
});

test("the URL that it prints is one whose webhook is taken", async () => {
	const { url } = await setUp({ WEBHOOK_SECRET });

	const { stdout } = await runCommand("proof", [JOB, "combine", "--url"], {
		WEBHOOK_SECRET,
		WEBHOOK_BASE_URL: url,
	});

	// To tell it is what this command is for, alone of all.
	expect(takeLeaks()).toEqual([expect.stringContaining("proof/main.ts")]);
	const [place, query = ""] = stdout.trim().split("?");
	expect(place).toBe(`${url}/webhooks/nca-toolkit`);
	const taken = await post(url, { query, body: { test: true } });
	const other = await post(url, {
		query: query.replace("combine", "add_music"),
		body: { test: true },
	});
	expect([taken.status, other.status]).toEqual([200, 401]);
});

describe("it prints no token, and says what to do, where", () => {
	test.each([
		["no secret is set", {}, /^WEBHOOK_SECRET is not set.*openssl rand/],
		["the secret is too short", { WEBHOOK_SECRET: "short" }, /WEBHOOK_SECRET/],
		["the URL is not known", { WEBHOOK_SECRET }, /WEBHOOK_BASE_URL/],
	])("%s", async (_where, env, words) => {
		const proof = await runCommand("proof", [JOB, "combine", "--url"], env);

		expect(proof.code).toBe(1);
		expect(proof.stdout).toBe("");
		expect(proof.stderr).toMatch(words);
	});

	test.each([
		[[], "it takes a JOB_ID and an OPERATION"],
		[[JOB], "it takes a JOB_ID and an OPERATION"],
		[[JOB, "combine", "more"], "it takes a JOB_ID and an OPERATION"],
		[["combine", JOB], "JOB_ID is a record's id, rec…"],
		[[JOB, "com:bine"], "OPERATION is one word"],
		[[JOB, "com bine"], "OPERATION is one word"],
		[[JOB, "combine", "--json"], "there is no option --json"],
	])("the arguments are %j", (args, words) => {
		expect(readOptions(args)).toEqual({
			kind: "fault",
			fault: expect.stringContaining(words),
		});
	});

	test("and ends with 2 then", async () => {
		const { code, stdout } = await runCommand("proof", [JOB], {
			WEBHOOK_SECRET,
		});

		expect([code, stdout]).toEqual([2, ""]);
	});
});
