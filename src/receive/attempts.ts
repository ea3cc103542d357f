import { isIP } from "node:net";
import type { NextFunction, Request, Response } from "express";
import type { Log } from "../log.ts";

/** What a route adds to the line of its attempt. */
export type AttemptFacts = Record<string, unknown>;

/** The sender's address: on Fly what its proxy saw, elsewhere the socket's; never what a sender can write itself. */
export function addressOf(req: Request, onFly: boolean): string {
	const seen = onFly ? req.get("Fly-Client-IP") : undefined;
	if (seen !== undefined && isIP(seen) !== 0) return seen;
	return req.socket.remoteAddress ?? "unknown";
}

/** Writes one line for every attempt on the routes behind it, whatever its answer, when it is over. */
export function logAttempts({
	log,
	onFly,
	monotonic,
	took = () => {},
}: {
	log: Log;
	onFly: boolean;
	/** ms of a clock that is never set */
	monotonic: () => number;
	/** The sender had its answer after so long, ms. */
	took?: (ms: number) => void;
}) {
	return (req: Request, res: Response, next: NextFunction) => {
		const began = monotonic();
		const path = req.originalUrl.split("?", 1)[0];
		const facts = {
			method: req.method,
			path,
			ip: addressOf(req, onFly),
			user_agent: req.get("User-Agent") ?? "",
		};
		res.once("close", () => {
			const said: AttemptFacts = res.locals;
			const ms = monotonic() - began;
			const whole = { ...facts, ...said, ms: Math.round(ms * 10) / 10 };
			if (res.writableFinished) took(ms);
			if (!res.writableFinished) log.warn(whole, "webhook aborted");
			else if (res.statusCode < 400)
				log.info({ ...whole, status: res.statusCode }, "webhook received");
			else log.warn({ ...whole, status: res.statusCode }, "webhook refused");
		});
		next();
	};
}

/** Adds facts to the line of this attempt. */
export function note(res: Response, facts: AttemptFacts): void {
	Object.assign(res.locals, facts);
}
