import { SECRETS } from "./secrets.ts";

const escaped = SECRETS.map((secret) => secret.replace(/[.]/g, "\\."));
/** Any secret, also as a query or a JSON holds it; or what is made with one. */
const SECRET = new RegExp(
	`${escaped.map((secret) => secret.replaceAll(" ", "(?: |\\+|%20)")).join("|")}|\\b[0-9a-f]{64}\\b`,
);
/** What steers a terminal, and JSON does not escape. */
const STEERS = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[^\P{Cc}\n\t]/u;

const leaks: string[] = [];

/** Looks for secrets in what the program told somebody. */
export function watchText(where: string, text: string): void {
	const found = SECRET.exec(text);
	if (found) leaks.push(`${where}: ${around(text, found.index)}`);
}

/** And for what would steer the terminal of who reads it. */
export function watchLine(where: string, line: string): void {
	watchText(where, line);
	const found = STEERS.exec(line);
	if (found) leaks.push(`${where} steers: ${around(line, found.index)}`);
}

/** What leaked since it was asked last. */
export function takeLeaks(): string[] {
	return leaks.splice(0);
}

/** Of what comes in pieces, each with the end of the one before. */
export function watchPieces(where: string): (piece: unknown) => void {
	let end = "";
	return (piece) => {
		if (typeof piece !== "string" && !(piece instanceof Uint8Array)) return;
		const text = end + Buffer.from(piece as string).toString();
		watchText(where, text);
		// Shorter than any secret and a word before it, so that none is told twice.
		end = text.slice(-63);
	};
}

function around(text: string, at: number): string {
	return JSON.stringify(text.slice(Math.max(0, at - 80), at + 80));
}
