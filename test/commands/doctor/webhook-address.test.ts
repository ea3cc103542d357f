import { describe, expect, test } from "vitest";
import { examineAddress } from "../../../src/commands/doctor/webhook-address.ts";

/** What DNS knows. */
const zone: Record<string, string[]> = {
	"nca.example": ["203.0.113.10", "2001:db8::10"],
	"inside.example": ["203.0.113.10", "10.1.2.3"],
	"toolkit.example": ["203.0.113.20"],
	"toolkit.internal": ["fdaa::3"],
	localhost: ["127.0.0.1", "::1"],
};

function look(base: string, needs = {}) {
	return examineAddress({
		url: new URL(base),
		ncaBaseUrl: "https://toolkit.example",
		production: true,
		resolve: async (host) => zone[host] ?? [host],
		...needs,
	});
}

test("a name with addresses of both kinds is found", async () => {
	const { finding, found } = await look("https://nca.example");

	expect(found).toBe(true);
	expect(finding).toEqual({
		check: "address",
		state: "ok",
		found: "nca.example is 203.0.113.10, 2001:db8::10",
		remedy: null,
	});
});

test.each([
	["ENOTFOUND", /not known to DNS/, /a slip in the host of WEBHOOK_BASE_URL/],
	["EAI_AGAIN", /DNS did not answer/, /a DNS server/],
])("a name that DNS answers with %s is no way in", async (code, said, what) => {
	const resolve = () => Promise.reject(Object.assign(new Error(), { code }));

	const { finding, found } = await look("https://nca.example", { resolve });

	expect(found).toBe(false);
	expect(finding).toMatchObject({
		state: "broken",
		found: expect.stringMatching(said),
		remedy: expect.stringMatching(what),
	});
});

describe("a private address is no way in from outside", () => {
	test.each([
		"https://inside.example",
		"https://192.168.1.4",
		"https://172.16.0.1",
		"https://100.64.0.1",
		"https://169.254.0.1",
		"https://[fdaa::3]",
		"https://[fe80::1]",
		"https://[::ffff:10.0.0.1]",
	])("%s", async (base) => {
		const { finding } = await look(base);

		expect(finding).toMatchObject({
			state: "broken",
			found: expect.stringMatching(/is private/),
			remedy: expect.stringMatching(/^Set WEBHOOK_BASE_URL/),
		});
	});

	test.each(["https://11.0.0.1", "https://172.32.0.1", "https://[2a09::1]"])(
		"%s is not private",
		async (base) => {
			expect((await look(base)).finding.state).toBe("ok");
		},
	);

	test("but it is one for an NCA that is private too", async () => {
		const { finding } = await look("https://inside.example", {
			ncaBaseUrl: "http://toolkit.internal:8080",
		});

		expect(finding.state).toBe("ok");
	});
});

describe("this machine's own name leads nobody here from outside", () => {
	test.each([
		["in production", true, undefined, "broken"],
		["in development", false, undefined, "warning"],
		[
			"NCA elsewhere, in development",
			false,
			"https://toolkit.example",
			"warning",
		],
		["NCA on this machine", false, "http://127.0.0.1:8080", "ok"],
	])("%s", async (_where, production, ncaBaseUrl, state) => {
		for (const base of ["http://localhost:8080", "http://127.0.0.1:8080"]) {
			const { finding } = await look(base, { production, ncaBaseUrl });

			expect(finding.state).toBe(state);
		}
	});
});
