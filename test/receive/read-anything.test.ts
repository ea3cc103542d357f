import fc from "fast-check";
import { expect, test } from "vitest";
import { readWebhook } from "../../src/receive/read.ts";

const word = fc.constantFrom("completed", "Done", "failed", "error", "queued");
const text = fc.oneof(
	fc.webUrl(),
	fc.constant("once upon a time"),
	fc.string({ maxLength: 8 }),
);
const anything = fc.jsonValue({ maxDepth: 3 });
const orAnything = <T>(likely: fc.Arbitrary<T>) => fc.oneof(likely, anything);
const file = fc.record(
	{ file_url: text, url: text, media: anything },
	{ requiredKeys: [] },
);

/** Objects with the keys that are read, and with sense and nonsense in them. */
const bodies = fc.record(
	{
		code: orAnything(fc.constantFrom(200, 202, 400, 500, "200", "500")),
		status: orAnything(word),
		response: orAnything(fc.oneof(text, file, fc.array(file))),
		output_url: orAnything(text),
		message: anything,
		error: anything,
		id: anything,
		job_id: anything,
	},
	{ requiredKeys: [] },
);

test("any object can be read, and is a success only by its code, its status or a URL", () => {
	fc.assert(
		fc.property(fc.string(), bodies, (query, body) => {
			const { verdict } = readWebhook(query, body);

			if (verdict.kind !== "completed") return;
			const { code, status } = body;
			const saysSo =
				code === 200 ||
				code === "200" ||
				(typeof status === "string" && /^(complete|done|succe)/i.test(status));
			expect(saysSo || verdict.urls.length > 0).toBe(true);
		}),
	);
});

test("any JSON object at all can be read", () => {
	fc.assert(
		fc.property(
			fc.string(),
			fc.dictionary(fc.string(), anything),
			(query, body) => {
				expect(readWebhook(query, body).verdict.kind).toMatch(
					/^(completed|failed|none)$/,
				);
			},
		),
	);
});

test("a reported failure is never read as a success", () => {
	fc.assert(
		fc.property(bodies, fc.integer({ min: 400, max: 599 }), (body, code) => {
			expect(readWebhook("", { ...body, code }).verdict.kind).toBe("failed");
		}),
	);
});
