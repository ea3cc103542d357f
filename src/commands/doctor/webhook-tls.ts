import { isIP } from "node:net";
import {
	type ConnectionOptions,
	DEFAULT_CIPHERS,
	type TLSSocket,
} from "node:tls";
import type { Finding } from "./check.ts";
import { toldOfFault } from "./faults.ts";
import { bare } from "./places.ts";
import { broken, ok, unknown, warning } from "./verdict.ts";

/** As node:tls has it. */
export type Connect = (options: ConnectionOptions) => TLSSocket;

type Needs = {
	url: URL;
	connect: Connect;
	/** ms since the epoch */
	now: () => number;
	/** For the handshake, ms. */
	deadlineMs: number;
};

type Handshake =
	| {
			kind: "done";
			protocol: string | null;
			/** ms since the epoch */
			validTo: number;
			/** Why who looks at the certificate does not believe it, as a code. */
			fault: string | null;
	  }
	| { kind: "failed"; code: string };

const DAY = 86_400_000;
/** Certificates that renew themselves do so 30 days before; at this, that has failed. */
const RENEWED_BY_DAYS = 14;
const CERTIFICATE = "certificate";
const VERSION = "TLS version";

/** Whether NCA, which looks at certificates, would get through. Nothing is sent. */
export async function examineTls(needs: Needs): Promise<Finding[]> {
	const shaken = await shakeHands(needs);
	if (shaken.kind === "failed") {
		const { found, remedy } = toldOfFault(shaken.code, "WEBHOOK_BASE_URL");
		return [broken(CERTIFICATE, `none to be seen: ${found}`, remedy)];
	}
	const { protocol, validTo, fault } = shaken;
	return [judge(needs, validTo, fault), judgeVersion(protocol)];
}

function judge(
	{ url, now }: Needs,
	validTo: number,
	fault: string | null,
): Finding {
	if (fault !== null) {
		const { found, remedy } = toldOfFault(fault, "WEBHOOK_BASE_URL");
		return broken(CERTIFICATE, `NCA posts nothing there: ${found}`, remedy);
	}
	const days = Math.floor((validTo - now()) / DAY);
	const found = `valid for ${bare(url.hostname)}, for ${days} days more`;
	return days >= RENEWED_BY_DAYS
		? ok(CERTIFICATE, found)
		: warning(
				CERTIFICATE,
				`${found}, and not renewed`,
				"Renew it, or see why it does not renew itself (on Fly: fly certs check)",
			);
}

function judgeVersion(protocol: string | null): Finding {
	if (protocol === null) return unknown(VERSION, "not told");
	return /^TLSv1\.[2-9]/.test(protocol)
		? ok(VERSION, protocol)
		: warning(
				VERSION,
				`${protocol} at best: a current NCA refuses what is older than TLSv1.2`,
				"Switch TLSv1.2 and TLSv1.3 on where the certificate is served",
			);
}

function shakeHands({ url, connect, deadlineMs }: Needs): Promise<Handshake> {
	const host = bare(url.hostname);
	const { promise, resolve } = Promise.withResolvers<Handshake>();
	const socket = connect({
		host,
		port: Number(url.port || 443),
		...(isIP(host) === 0 && { servername: host }),
		// To see what is wrong with it, and how old it is: nobody says anything over this connection.
		rejectUnauthorized: false,
		minVersion: "TLSv1",
		// The oldest versions need what is by default too weak.
		ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
	});
	socket.setTimeout(deadlineMs, () =>
		resolve({ kind: "failed", code: "LATE" }),
	);
	socket.once("secureConnect", () => {
		const fault = socket.authorized ? null : String(socket.authorizationError);
		const validTo = Date.parse(socket.getPeerCertificate().valid_to);
		resolve({
			kind: "done",
			protocol: socket.getProtocol(),
			validTo,
			fault,
		});
	});
	socket.on("error", (error: NodeJS.ErrnoException) =>
		resolve({ kind: "failed", code: error.code ?? "unknown fault" }),
	);
	return promise.finally(() => socket.destroy());
}
