import { inLargestUnit } from "../../age.ts";
import { type Html, html } from "./html.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const UNITS = { second: "s", minute: "min", hour: "h", day: "days" };

/** A stretch of time as a person says it; not finer than a minute, so that what is shown seldom changes. @param ms */
function lasted(ms: number): string {
	const { count, unit } = inLargestUnit(ms, "minute");
	return count === 0 ? "under 1 min" : `${count} ${UNITS[unit]}`;
}

/** When it was, or will be. @param at ms since the epoch */
export function when(at: number, now: number): Html {
	const far = Math.abs(at - now);
	if (far < MINUTE) return time(at, at > now ? "within 1 min" : "just now");
	const words = lasted(far);
	return time(at, at > now ? `in ${words}` : `${words} ago`);
}

/** For how long it has been so. @param at ms since the epoch */
export function since(at: number, now: number): Html {
	return time(at, lasted(Math.max(0, now - at)));
}

/** What was measured, short. @param ms null: nothing was measured */
export function measured(ms: number | null): string {
	if (ms === null) return "–";
	if (ms < 1000) return `${Number(ms.toPrecision(2))} ms`;
	if (ms < 2 * MINUTE) return `${Number((ms / 1000).toPrecision(2))} s`;
	if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`;
	return `${Math.round(ms / HOUR)} h`;
}

/** @param rate from 0 to 1; null: nothing was measured */
export function percent(rate: number | null): string {
	return rate === null ? "–" : `${Number((rate * 100).toFixed(1))} %`;
}

/** With commas between the thousands. */
export function count(number: number): string {
	return number.toLocaleString("en");
}

/** `1 job`, `2 jobs`. */
export function counted(number: number, what: string): string {
	return `${count(number)} ${what}${number === 1 ? "" : "s"}`;
}

/** @param at ms since the epoch */
function time(at: number, words: string): Html {
	const iso = new Date(at).toISOString();
	const full = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
	return html`<time datetime="${iso}" title="${full}">${words}</time>`;
}
