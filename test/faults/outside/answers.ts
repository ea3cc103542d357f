import { gzipSync } from "node:zlib";
import type { RequestHandler, Response } from "express";

/** How something that is asked over HTTP can fail. */
export type Fault = RequestHandler;

export const page =
	(status: number, headers: Record<string, string> = {}): Fault =>
	(_req, res) => {
		res.status(status).set(headers).type("html").send("<html>a proxy's</html>");
	};

export const json =
	(
		status: number,
		body: unknown,
		headers: Record<string, string> = {},
	): Fault =>
	(_req, res) => {
		res.status(status).set(headers).json(body);
	};

export const empty: Fault = (_req, res) => {
	res.status(200).type("json").end();
};

export const truncated: Fault = (_req, res) => {
	res.status(200).type("json").end('{"records":[{"id":"rec');
};

/** Its headers, the beginning of a body, and nothing more. */
export const stalled: Fault = (_req, res) => {
	res.status(200).type("json").write('{"records":[');
};

export const silent: Fault = () => {};

export const reset: Fault = (req) => {
	req.socket.destroy();
};

/** More was promised than comes. */
export const brokenOff: Fault = (req, res) => {
	res.status(200).type("json").set("Content-Length", "5000");
	res.write('{"records":[', () => req.socket.destroy());
};

export const redirect =
	(status: number, location: string): Fault =>
	(_req, res) => {
		res.redirect(status, location);
	};

const MIB = 1024 * 1024;
const zeros = Buffer.alloc(MIB, "0");

/** A body without an end. */
export const endless: Fault = (_req, res) => {
	res.status(200).type("json");
	const pour = () => {
		while (!res.destroyed && res.write(zeros));
	};
	res.on("drain", pour);
	pour();
};

const bomb = gzipSync(Buffer.alloc(100 * MIB, " "));

/** A hundred MiB in a hundred kB. */
export const packed: Fault = (_req, res) => {
	res.status(200).type("json").set("Content-Encoding", "gzip").end(bomb);
};

/** One answers as the chance has it, or lets it through. */
export function flapping(chance: () => number, ways: readonly Fault[]): Fault {
	return (req, res, next) => {
		const way = ways[Math.floor(chance() * ways.length * 2)];
		if (way) way(req, res, next);
		else next();
	};
}

/** Lets through but the nth of each so many, and the other way round. */
export function everyOther(way: Fault, period: number): Fault {
	let nth = 0;
	return (req, res, next) => {
		nth += 1;
		if (Math.floor(nth / period) % 2 === 0) way(req, res, next);
		else next();
	};
}

/** What is asked is done, and the answer goes another way. */
export const unheard =
	(how: (res: Response) => void): Fault =>
	(_req, res, next) => {
		res.json = () => {
			how(res);
			return res;
		};
		next();
	};

/** Of writes alone. */
export const onWrites =
	(way: Fault): Fault =>
	(req, res, next) => {
		if (req.method === "PATCH") way(req, res, next);
		else next();
	};
