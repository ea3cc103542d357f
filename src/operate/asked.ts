import type { Request, Response } from "express";
import { z } from "zod";

const TIME = "an ISO time, or such as 15m, 2h or 7d";
const MINUTES: Record<string, number> = { m: 1, h: 60, d: 1440 };

/** `15m`, `2h`, `7d` ago, or an ISO time, as ms since the epoch. */
export function timeAsked(now: () => number) {
	return z
		.string(TIME)
		.describe(TIME)
		.transform((text, context) => {
			const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
			const time = unit
				? now() - Number(count) * (MINUTES[unit] ?? 0) * 60_000
				: Date.parse(/^\d{4}-/.test(text) ? text : "");
			if (Number.isNaN(time)) context.addIssue(TIME);
			return time;
		});
}

/** A query's parameters, but for those that are empty; of one that is repeated all values, since none is meant more. */
export function queryOf({
	url,
}: Pick<Request, "url">): Record<string, string | string[]> {
	const query = new URLSearchParams(url.split("?").slice(1).join("?"));
	const names = [...new Set(query.keys())];
	return Object.fromEntries(
		names.flatMap((name): [string, string | string[]][] => {
			const [value, ...more] = query.getAll(name).filter((one) => one !== "");
			if (value === undefined) return [];
			return [[name, more.length > 0 ? [value, ...more] : value]];
		}),
	);
}

/** What was asked, checked; null where it was answered with 400. */
export function asked<T>(
	shape: z.ZodType<T>,
	given: unknown,
	res: Response,
): T | null {
	const parsed = shape.safeParse(given);
	if (parsed.success) return parsed.data;
	const faults = parsed.error.issues.map(({ path, message }) =>
		[...path, message].join(": "),
	);
	res.status(400).json({ error: faults.join("; ") });
	return null;
}
