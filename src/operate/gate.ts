import type { Request, RequestHandler } from "express";
import { isSameSecret } from "../secret.ts";

type Needs = {
	adminToken: string | undefined;
	production: boolean;
	/** Passes on so many of one address, and answers the others with 429. */
	limit: RequestHandler;
	/** A token was given, and it is a wrong one. */
	refused: (req: Request) => void;
	/** Whether it bears a token, right or wrong: a browser's first request does not, and is no attempt. */
	isAttempt?: (req: Request) => boolean;
};

/** A header that only a proxy sends: with one of these, the socket's peer is not the asker. */
const FORWARDED =
	/^(forwarded|via|x-(original-)?forwarded-.*|x-(real|client)-ip|true-client-ip|cf-connecting-ip|fly-.*)$/;
const LOOPBACK_PEER = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Lets in who bears the admin token, as Bearer or as a browser's Basic password; where none is set, in
 * development, who sits at this machine. Wrong tokens are limited by address.
 */
export function createAdminGate({
	adminToken,
	production,
	limit,
	refused,
	isAttempt = (req) => req.get("Authorization") !== undefined,
}: Needs): RequestHandler {
	return (req, res, next) => {
		const refuse = (status: number, error: string) => {
			res.status(status).json({ error });
		};
		if (production && /^http\b/i.test(req.get("X-Forwarded-Proto") ?? "")) {
			return refuse(403, "not over plain http: use https");
		}
		if (adminToken === undefined) {
			if (production) return refuse(403, "closed: set ADMIN_TOKEN to open it");
			if (isHere(req) && (isSafe(req) || isNoPage(req))) return next();
			return refuse(
				403,
				"open to this machine alone: set ADMIN_TOKEN to open it to others",
			);
		}
		const given = credentials(req);
		if (given && isSameSecret(given.token, adminToken)) {
			if (given.scheme === "bearer" || isSafe(req) || isSameOrigin(req))
				return next();
			return refuse(
				403,
				"a change from a browser must come from this site's own pages",
			);
		}
		const wantToken = () => {
			// In one header Chromium takes the second for a part of the first, and asks nobody for a password.
			res.set("WWW-Authenticate", [
				'Basic realm="admin token as password"',
				"Bearer",
			]);
			refuse(401, "wants Authorization: Bearer with the ADMIN_TOKEN");
		};
		if (!isAttempt(req)) return wantToken();
		// Only after the token was looked at, so that whoever has the right one is let in whatever others do.
		return limit(req, res, (fault) => {
			if (fault) return next(fault);
			refused(req);
			wantToken();
		});
	};
}

/** By the socket: what a header says of the sender, the sender can write. */
function isHere(req: Request): boolean {
	return (
		LOOPBACK_PEER.test(req.socket.remoteAddress ?? "") &&
		LOOPBACK_HOST.test(req.get("Host") ?? "") &&
		!Object.keys(req.headers).some((name) => FORWARDED.test(name))
	);
}

function credentials(
	req: Request,
): { scheme: "bearer" | "basic"; token: string } | null {
	const [, scheme = "", value = ""] =
		/^(\S+)\s+(.*)$/.exec(req.get("Authorization") ?? "") ?? [];
	if (/^bearer$/i.test(scheme)) return { scheme: "bearer", token: value };
	if (!/^basic$/i.test(scheme)) return null;
	const pair = Buffer.from(value, "base64").toString("utf8");
	return { scheme: "basic", token: pair.slice(pair.indexOf(":") + 1) };
}

/** A page of another site can make a browser on this machine send it here. */
function isNoPage(req: Request): boolean {
	return req.get("Origin") === undefined || isSameOrigin(req);
}

function isSafe(req: Request): boolean {
	return req.method === "GET" || req.method === "HEAD";
}

/** A browser adds its Basic password by itself, also to what another site makes it send. */
function isSameOrigin(req: Request): boolean {
	if (req.get("Sec-Fetch-Site") === "same-origin") return true;
	const origin = URL.parse(req.get("Origin") ?? "");
	return origin !== null && origin.host === req.get("Host");
}
