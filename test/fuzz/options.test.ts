import fc from "fast-check";
import { expect, test } from "vitest";
import { readOptions as checkSpaces } from "../../src/commands/check-spaces/options.ts";
import { readOptions as checkWebhook } from "../../src/commands/check-webhook/options.ts";
import { readOptions as doctor } from "../../src/commands/doctor/options.ts";
import { readOptions as proof } from "../../src/commands/proof/options.ts";
import { readOptions as load } from "../../src/sandbox/load-options.ts";
import { runs } from "./runs.ts";
import { texts } from "./texts.ts";

const WORDS = [
	"--",
	"-",
	"--json",
	"--json=true",
	"--help",
	"-h",
	"-hh",
	"--no-json",
	"--url",
	"--url=https://a.example",
	"--from-nca",
	"--wait",
	"--wait=5",
	"--object",
	"--jobs",
	"--jobs=1",
	"--lost=0.5",
	"--__proto__",
	"--constructor=1",
	"recAAAAAAAAAAAAAA",
	"combine",
	"5",
	"",
];
const lines = fc.array(fc.oneof(fc.constantFrom(...WORDS), texts(WORDS, 3)), {
	maxLength: 5,
});

test.each(Object.entries({ checkSpaces, checkWebhook, doctor, proof, load }))(
	"any command line is run, helped or told what is wrong with it: %s",
	(_command, readOptions) => {
		fc.assert(
			fc.property(lines, (args) => {
				const asked = readOptions(args);

				expect(["run", "help", "fault"]).toContain(asked.kind);
				if (asked.kind === "fault") expect(asked.fault).not.toBe("");
				if (args.length === 1 && args[0] === "--help")
					expect(asked.kind).toBe("help");
			}),
			runs(150),
		);
	},
);

test("what is run with is within its bounds", () => {
	fc.assert(
		fc.property(lines, (args) => {
			const [loaded, checked, spaces] = [
				load(args),
				checkWebhook(args),
				checkSpaces(args),
			];

			if (loaded.kind === "run") {
				expect(Number.isInteger(loaded.options.jobs)).toBe(true);
				expect(loaded.options.jobs).toBeGreaterThanOrEqual(1);
				expect(loaded.options.lost).toBeGreaterThanOrEqual(0);
				expect(loaded.options.lost).toBeLessThanOrEqual(1);
			}
			if (checked.kind === "run") {
				expect(checked.options.waitMs).toBeGreaterThanOrEqual(1_000);
				expect(checked.options.waitMs).toBeLessThanOrEqual(3_600_000);
				if (checked.options.url !== null)
					expect(new URL(checked.options.url).protocol).toMatch(/^https?:$/);
			}
			if (spaces.kind === "run")
				expect(spaces.options.job ?? "none").toMatch(/^[\w-]{2,64}$/);
		}),
		runs(300),
	);
});
