import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import {
	connect,
	getCACertificates,
	type SecureVersion,
	setDefaultCACertificates,
} from "node:tls";
import { onTestFinished } from "vitest";
import { examineWebhookUrl } from "../../../src/commands/doctor/webhook-url.ts";
import { createHttp, type Http } from "../../../src/probe/http.ts";
import { type Clock, HOUR, type SetUp, setUp } from "../../set-up.ts";
import { certificateFor } from "./certificate.ts";

const NAME = "nca.example";
export const BASE = `https://${NAME}`;
export const SECRET = "the secret of today, and not of yesterday";
export const TOKEN = "an-admin-token-of-24-characters";
export const DAY = 24 * HOUR;

type Front = {
	/** What stands before the program; by default the program itself. */
	https?: RequestListener;
	/** Of the certificate. */
	name?: string;
	/** ms since the epoch */
	validTo?: number;
	trusted?: boolean;
	maxVersion?: SecureVersion;
	/** What answers over http. */
	http?: RequestListener;
};

async function listen(server: Server): Promise<number> {
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	return (server.address() as AddressInfo).port;
}

/**
 * Something on loopback with a certificate, in the place of `https://nca.example`.
 * @returns what the doctor needs to find it there
 */
export async function front(app: RequestListener, options: Front = {}) {
	const { https = app, name = NAME, validTo = Date.now() + 90 * DAY } = options;
	const from = Math.min(Date.now(), validTo) - DAY;
	const certificate = certificateFor({ name, from, to: validTo });
	if (options.trusted ?? true) trust(certificate.cert);
	const tlsServer = createTlsServer(
		{
			...certificate,
			...(options.maxVersion && {
				minVersion: "TLSv1",
				maxVersion: options.maxVersion,
				ciphers: "DEFAULT@SECLEVEL=0",
			}),
		},
		https,
	);
	const server = createServer(
		options.http ?? ((_req, res) => void res.destroy()),
	);
	onTestFinished(() => {
		for (const one of [tlsServer, server]) {
			one.close();
			one.closeAllConnections();
		}
	});
	const port = await listen(tlsServer);
	const httpPort = await listen(server);
	const ask = createHttp(60_000);
	const http: Http = (request) =>
		ask({
			...request,
			url: request.url
				.replace(BASE, `https://127.0.0.1:${port}`)
				.replace(`http://${NAME}`, `http://127.0.0.1:${httpPort}`),
		});
	return {
		http,
		resolve: async () => ["203.0.113.10", "2001:db8::10"],
		connect: (given: object) => connect({ ...given, host: "127.0.0.1", port }),
	};
}

/** As one more authority, until the end of the test. */
function trust(cert: string): void {
	const before = getCACertificates("default");
	onTestFinished(() => setDefaultCACertificates(before));
	setDefaultCACertificates([...before, cert]);
}

/** The program behind such a front; `examine` looks at it as the doctor on its machine would. */
export async function frontedProgram(
	env: Record<string, string> = {},
	options: Front = {},
) {
	const bench = await setUp({
		WEBHOOK_BASE_URL: BASE,
		WEBHOOK_SECRET: SECRET,
		ADMIN_TOKEN: TOKEN,
		...env,
	});
	const stage = await front(bench.app, options);
	return { ...bench, stage, examine: examiner(bench, stage) };
}

type Needs = Parameters<typeof examineWebhookUrl>[0];

export function examiner(
	{ config, url, clock }: Pick<SetUp, "config" | "url"> & { clock: Clock },
	stage: Pick<Needs, "http" | "resolve" | "connect">,
) {
	const here = { HOST: "127.0.0.1", PORT: Number(new URL(url).port) };
	return (changed: Partial<Needs> = {}, settings = {}) =>
		examineWebhookUrl({
			config: { ...config, ...here, ...settings },
			production: true,
			now: Date.now,
			monotonic: clock.now,
			...stage,
			...changed,
		});
}
