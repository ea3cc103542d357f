import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inertJson, inertText } from "../src/inert.ts";
import { createLog } from "../src/log.ts";

/** What a terminal acts on, or what is not seen on it. */
const STEERS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const HOSTILE = {
	"a line end": "a\nb\r\nc",
	"an escape": "\u001b[2J\u001b]0;title\u0007",
	"an escape of one byte": "\u009b2J\u0085",
	"a DEL": "a\u007fb",
	"marks of direction": "a\u202eb\u2066c\u200fd\u061ce",
	"line separators": "a\u2028b\u2029c",
	"marks of no width": "a\u200bb\ufeffc\u2060d\u00ade",
	"half a character": "a\ud800b\udc00",
	"tags that are not seen": "a\u{e0041}b",
	"a quote and a backslash": 'a"b\\u001b\\nc',
	"plain words of any tongue": "Straße → 東京 🙂",
};

async function lineOf(fields: Record<string, unknown>) {
	const lines: string[] = [];
	const log = await createLog({ level: "info", write: (l) => lines.push(l) });
	log.info(fields, "webhook received");
	const [line = ""] = lines;
	return line.replace(/\n$/, "");
}

describe("what a stranger wrote is logged as it is, and steers no terminal", () => {
	test.each(Object.entries(HOSTILE))("%s", async (_what, text) => {
		const line = await lineOf({ text, within: { [text]: [text] } });

		expect(line).not.toMatch(STEERS);
		expect(JSON.parse(line)).toMatchObject({
			text,
			within: { [text]: [text] },
		});
	});

	test("any text", async () => {
		const unit = fc.oneof(
			fc.constantFrom(...Object.values(HOSTILE).join("")),
			fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)),
		);

		await fc.assert(
			fc.asyncProperty(fc.string({ unit }), async (text) => {
				const line = await lineOf({ text });

				expect(line).not.toMatch(STEERS);
				expect(JSON.parse(line).text).toBe(text);
				expect(inertText(text)).not.toMatch(STEERS);
			}),
		);
	});

	test("in the form that is read at a terminal", () => {
		const main = fileURLToPath(new URL("../src/log.ts", import.meta.url));
		const script = `
			import { createLog } from ${JSON.stringify(main)};
			const log = await createLog({ level: "info", readable: true, write() {} });
			const hostile = ${inertJson(JSON.stringify(HOSTILE))};
			log.info({ hostile, ...hostile }, "webhook received");
			log.info({ type: "Error", stack: hostile["an escape"], err: { stack: hostile["an escape of one byte"] } }, "failed");
		`;

		const shown = execFileSync(
			process.execPath,
			["--input-type=module", "-e", script],
			{ encoding: "utf8", env: { NO_COLOR: "1" } },
		);

		expect(shown).toMatch(/INFO: webhook received \{.*Straße → 東京 🙂/);
		expect(shown.replaceAll("\n", "")).not.toMatch(STEERS);
		expect(shown.split("\n").filter((line) => /^[abc]/.test(line))).toEqual([]);
	});
});

test("a secret that has got into a fault is not logged", async () => {
	const lines: string[] = [];
	const log = await createLog({
		level: "info",
		conceal: (line) => line.replaceAll("sesame", "[secret]"),
		write: (line) => lines.push(line),
	});

	log.info({ why: "WRONGPASS sesame" }, "store failed");

	expect(lines).toEqual([expect.stringContaining("WRONGPASS [secret]")]);
});
