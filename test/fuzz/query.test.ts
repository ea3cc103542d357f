import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutToken } from "../../src/receive/admit.ts";
import { senderProof, tokenFor } from "../../src/receive/proof.ts";
import { paramsOf, readWebhook } from "../../src/receive/read.ts";
import { runs } from "./runs.ts";
import { texts } from "./texts.ts";

const SECRET = "a webhook secret for queries alone";
const A = "recAAAAAAAAAAAAAA";
const B = "recBBBBBBBBBBBBBB";
const TOKEN = tokenFor(SECRET, A, "combine");

const name = fc.oneof(
	fc.constantFrom(
		..."job_id operation target_id video_id token ?token ?job_id %74oken tok%65n to+ken Token +token %3Ftoken job%5Fid job_id[] token[]".split(
			" ",
		),
		"",
	),
	texts(["token", "job_id"], 4),
);
const value = fc.oneof(
	fc.constantFrom(A, B, "combine", "concatenate", TOKEN, "", "None"),
	texts([TOKEN, A], 4),
);
const part = fc.oneof(
	{ weight: 9, arbitrary: fc.tuple(name, value).map((pair) => pair.join("=")) },
	{ weight: 1, arbitrary: name },
);
/** As a request line can hold it, and worse. */
const queries = fc
	.tuple(
		fc.array(part, { maxLength: 8 }),
		fc.constantFrom("&", "&", "&&", ";", "&?"),
	)
	.map(([parts, glue]) => parts.join(glue));

/** A name as the standard for forms has it, read without the platform's own parser. */
function nameOf(text: string): string {
	const [raw = ""] = text.split("=", 1);
	const bytes = Buffer.from(raw.replaceAll("+", " "));
	const decoded = bytes
		.toString("latin1")
		.replace(/%([0-9a-f]{2})/gi, (_whole, hex) =>
			String.fromCharCode(Number.parseInt(hex, 16)),
		);
	return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
		Buffer.from(decoded, "latin1"),
	);
}

test("a query is recorded as it was sent, but for whatever is read as a token", () => {
	fc.assert(
		fc.property(queries, (query) => {
			const recorded = withoutToken(query);

			const rest = query.split("&").filter((one) => nameOf(one) !== "token");
			expect(recorded).toBe(rest.join("&"));
			expect(paramsOf(recorded).has("token")).toBe(false);
			expect(withoutToken(recorded)).toBe(recorded);
		}),
		runs(1000),
	);
});

test("what is recorded of a query means what the query meant", () => {
	fc.assert(
		fc.property(queries, (query) => {
			const body = { code: 200, id: B, job_id: "some-run" };

			const { verdict: _, ...before } = readWebhook(query, body);
			const { verdict: __, ...after } = readWebhook(withoutToken(query), body);

			expect(after).toEqual(before);
		}),
		runs(1000),
	);
});

test("a token lets in its own job and operation alone, and only where each is said once", () => {
	fc.assert(
		fc.property(queries, (query) => {
			const request = { body: Buffer.alloc(0), query, signature: undefined };
			const { jobId, operation } = readWebhook(query, { id: B });

			if (senderProof([SECRET], request) !== "token") return;
			expect(jobId).toBe(A);
			expect(operation).toBe("combine");
			for (const once of ["token", "job_id", "operation"])
				expect(
					query.split("&").filter((one) => nameOf(one) === once),
				).toHaveLength(1);
		}),
		runs(1000),
	);
});

test("a query that has all of it, and more, is proved", () => {
	const known = ["token", "job_id", "operation"];
	const more = fc.array(
		part.filter((one) => !known.includes(nameOf(one)) && !one.includes("&")),
		{ maxLength: 3 },
	);
	fc.assert(
		fc.property(more, fc.nat(5), (others, turn) => {
			const all = [
				...others,
				`token=${TOKEN}`,
				`job_id=${A}`,
				"operation=combine",
			];
			const query = [...all.slice(turn), ...all.slice(0, turn)].join("&");

			expect(
				senderProof([SECRET], {
					body: Buffer.alloc(0),
					query,
					signature: undefined,
				}),
			).toBe("token");
		}),
		runs(200),
	);
});

test.each([
	["many parameters", "a=b&".repeat(25_000)],
	["one name over and over", "token=x&".repeat(12_500)],
	["bad escapes", "%zz&%&".repeat(16_000)],
	["one long value", `a=${"+".repeat(100_000)}`],
])("a query of 100 kB is no burden: %s", (_what, query) => {
	const recorded = withoutToken(query);

	expect(recorded).not.toContain("token");
	expect(readWebhook(query, {}).jobId).toBeNull();
});
