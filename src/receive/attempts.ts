import type { NextFunction, Request, Response } from "express";
import type { Log } from "../log.ts";

/** What a route adds to the line of its attempt. */
export type AttemptFacts = Record<string, unknown>;

/** The sender's address: on Fly what its proxy saw, elsewhere the socket's; never what a sender can write itself. */
export function addressOf(req: Request, onFly: boolean): string {
	const seen = onFly ? req.get("Fly-Client-IP") : undefined;
	return seen ?? req.socket.remoteAddress ?? "unknown";
}

/** Writes one line for every attempt on the routes behind it, whatever its answer, when it is over. */
export function logAttempts({
	log,
	onFly,
	now,
}: {
	log: Log;
	onFly: boolean;
	now: () => number;
}) {
	return (req: Request, res: Response, next: NextFunction) => {
		const began = now();
		const path = req.originalUrl.split("?", 1)[0];
		const facts = {
			method: req.method,
			path,
			ip: addressOf(req, onFly),
			user_agent: req.get("User-Agent") ?? "",
		};
		res.once("close", () => {
			const { status = null, ...said }: AttemptFacts = res.locals;
			const outcome = res.writableFinished
				? { status: res.statusCode }
				: { status, aborted: true };
			const line = { ...facts, ...said, ...outcome, ms: now() - began };
			if (res.statusCode >= 400) log.warn(line, "webhook refused");
			else log.info(line, "webhook received");
		});
		next();
	};
}

/** Adds facts to the line of this attempt. */
export function note(res: Response, facts: AttemptFacts): void {
	Object.assign(res.locals, facts);
}
