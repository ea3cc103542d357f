import type { Figures } from "./load-tally.ts";

/** Without a terminal: how often a line is written, ms. */
const EVERY_MS = 5_000;
const WIDEST = 30;
const NARROWEST = 10;
/** Back to the line's begin, and nothing of the last one left behind its end. */
const BEGIN = "\r\u001b[K";

/** With commas between the thousands. */
export const count = (value: number) => value.toLocaleString("en-US");
export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** How far it is, in words. */
export function progressText(figures: Figures): string {
	const { wanted, made, closed, webhook, polling, ncaStatus } = figures;
	const making = made < wanted ? ` of ${count(made)} made` : "";
	const asked = ncaStatus > 0 ? `, ${count(ncaStatus)} by asking NCA` : "";
	return `${seconds(figures.elapsedMs)}: ${count(closed)}/${count(wanted)} closed${making}, ${figures.perSecond.toFixed(1)}/s; ${count(webhook)} by webhook, ${count(polling)} by polling${asked}`;
}

/**
 * The same as a bar: dark what is closed, grey what is made, light what is to be made. It is never as wide as the
 * terminal: a line that wraps cannot be written over.
 */
export function barLine(figures: Figures, columns: number): string {
	const { wanted, made, closed } = figures;
	const text = `${count(closed)}/${count(wanted)}  ${figures.perSecond.toFixed(1)}/s  webhook ${count(figures.webhook)}  polling ${count(figures.polling + figures.ncaStatus)}  ${seconds(figures.elapsedMs)}`;
	const room = Math.min(columns - text.length - 4, WIDEST);
	if (room < NARROWEST) return text.slice(0, Math.max(columns - 1, 0));
	const dark = Math.floor((closed / wanted) * room);
	const grey = Math.max(Math.floor((made / wanted) * room) - dark, 0);
	const bar = "█".repeat(dark) + "▒".repeat(grey);
	return `[${bar.padEnd(room, "░")}] ${text}`;
}

type Needs = {
	write: (text: string) => void;
	/** How wide the terminal is now; undefined where there is none. */
	columns: () => number | undefined;
};

/** Shows how far it is: a bar that moves on a terminal, else a line now and then. */
export function createProgress({ write, columns }: Needs) {
	let shownAt = 0;
	return {
		show(figures: Figures): void {
			const width = columns();
			if (width !== undefined) {
				write(`${BEGIN}${barLine(figures, width)}`);
			} else if (figures.elapsedMs - shownAt >= EVERY_MS) {
				shownAt = figures.elapsedMs;
				write(`${progressText(figures)}\n`);
			}
		},
		/** The last of them, which stays. */
		end(figures: Figures): void {
			const width = columns();
			write(
				width === undefined
					? `${progressText(figures)}\n`
					: `${BEGIN}${barLine(figures, width)}\n`,
			);
		},
	};
}
