import { type AddressInfo, createServer, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import {
	type Connect,
	examineTls,
} from "../../../src/commands/doctor/webhook-tls.ts";
import { BASE, DAY, front, frontedProgram } from "./front.ts";

const nothing = () => {};

/** The handshake alone. */
async function look(options: Parameters<typeof front>[1], needs = {}) {
	const { connect } = await front(nothing, options);
	return examineTls({
		url: new URL(BASE),
		connect,
		now: Date.now,
		deadlineMs: 60_000,
		...needs,
	});
}

test("a certificate that NCA would believe is found, with the days that it has", async () => {
	expect(await look({})).toEqual([
		{
			check: "certificate",
			state: "ok",
			found: "valid for nca.example, for 89 days more",
			remedy: null,
		},
		{ check: "TLS version", state: "ok", found: "TLSv1.3", remedy: null },
	]);
});

describe("one that NCA would not believe is named, with what to do", () => {
	test.each<[string, Parameters<typeof front>[1], RegExp, RegExp]>([
		[
			"it is over",
			{ validTo: Date.now() - DAY },
			/has expired/,
			/^Renew the certificate/,
		],
		[
			"it is another's",
			{ name: "other.example" },
			/for another name/,
			/have a certificate made for the host/i,
		],
		[
			"nobody vouches for it",
			{ trusted: false },
			/not trusted/,
			/a public authority/,
		],
	])("%s", async (_what, options, found, remedy) => {
		const [certificate] = await look(options);

		expect(certificate).toEqual({
			check: "certificate",
			state: "broken",
			found: expect.stringMatching(found),
			remedy: expect.stringMatching(remedy),
		});
	});

	test("and nothing is sent there", async () => {
		let requests = 0;
		const { examine } = await frontedProgram(
			{},
			{
				trusted: false,
				https: () => {
					requests += 1;
				},
			},
		);

		const findings = await examine();

		expect(findings.at(-2)).toMatchObject({
			check: "certificate",
			state: "broken",
		});
		expect(requests).toBe(0);
	});
});

test.each([
	[14.5, "ok"],
	[13.5, "warning"],
])("with %d days left, that is %s", async (days, state) => {
	const [certificate] = await look({ validTo: Date.now() + days * DAY });

	expect(certificate).toMatchObject({
		state,
		found: expect.stringContaining(`for ${Math.floor(days)} days more`),
	});
});

test("a server that speaks only what is too old is warned of", async () => {
	const [certificate, version] = await look({ maxVersion: "TLSv1.1" });

	expect(certificate).toMatchObject({ state: "ok" });
	expect(version).toMatchObject({
		state: "warning",
		found: expect.stringMatching(/^TLSv1.1 at best/),
		remedy: expect.stringMatching(/^Switch TLSv1.2/),
	});
});

describe("who shows no certificate is named", () => {
	test("it speaks no TLS", async () => {
		const connect = await toServer((socket) => socket.end("HTTP/1.1 400\r\n"));

		const findings = await look({}, { connect });

		expect(findings).toMatchObject([
			{ state: "broken", found: expect.stringMatching(/no TLS connection/) },
		]);
	});

	test("it says nothing", async () => {
		const connect = await toServer(() => {});

		const findings = await look({}, { connect, deadlineMs: 50 });

		expect(findings).toMatchObject([
			{ state: "broken", found: expect.stringMatching(/answer in time/) },
		]);
	});

	test("it is not there", async () => {
		const connect: Connect = (given) =>
			connectTls({ ...given, host: "127.0.0.1", port: 1 });

		const findings = await look({}, { connect });

		expect(findings).toMatchObject([
			{ state: "broken", found: expect.stringMatching(/nothing listens/) },
		]);
	});
});

async function toServer(answer: (socket: Socket) => void): Promise<Connect> {
	const server = createServer(answer);
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	onTestFinished(() => void server.close());
	const { port } = server.address() as AddressInfo;
	return (given) => connectTls({ ...given, host: "127.0.0.1", port });
}
