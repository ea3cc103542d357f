import type { Recorded } from "../../inbox/inbox.ts";
import { type Html, html, path } from "./html.ts";

/** What a word means for a person; its sign says so too, since colours alone do not reach everyone. */
export type Tone = "good" | "bad" | "warn" | "calm";

const SIGNS: Record<Tone, string> = {
	good: "✓",
	bad: "✗",
	warn: "!",
	calm: "·",
};

/** Requests of these states want a person, or are as they should be; the others wait their turn. */
const TONES: Partial<Record<Recorded["state"], Tone>> = {
	done: "good",
	parked: "warn",
	refused: "warn",
	buried: "bad",
};

/** A word with its tone. */
export function badge(tone: Tone, word: string): Html {
	return html`<span class="badge ${tone}">${tone === "calm" ? null : sign(tone)}${word}</span>`;
}

/** The state of a request, in the tone that it has for a person. */
export function stateBadge(state: Recorded["state"]): Html {
	return badge(TONES[state] ?? "calm", state);
}

/** The sign of a tone; not read out, since its word stands beside it. */
export function sign(tone: Tone): Html {
	return html`<span class="sign" aria-hidden="true">${SIGNS[tone]}</span>`;
}

/** A job's id, and where its whole timeline is. */
export function jobLink(id: string): Html {
	return html`<a class="id" href="${path`/debug/jobs/${id}`}">${id}</a>`;
}

/**
 * A button that posts nothing but itself; a plain form, for where there is no script.
 * @param of what it is for, where several say the same
 */
export function button(action: string, label: string, of = ""): Html {
	const name = `${label} ${of}`.trim();
	return html`<form method="post" action="${action}" data-key="${action}"><button aria-label="${name}" data-of="${of}">${label}</button></form>`;
}

type Column = { label: string; kind?: "wide" | "thin" | "act" };
export type Row = { key: string; cells: readonly Html[] };

/** A table that is a list of cards where there is no room; the roles hold then, too. */
export function table(
	caption: string,
	columns: readonly Column[],
	rows: readonly Row[],
): Html {
	const heads = columns.map(
		({ label, kind }) =>
			html`<th role="columnheader" scope="col"><span class="${kind === "act" ? "unseen" : ""}">${label}</span></th>`,
	);
	const bodies = rows.map(({ key, cells }) => {
		const all = cells.map((cell, nth) => {
			const { label = "", kind = "" } = columns[nth] ?? {};
			return html`<td role="cell" class="${kind}" data-label="${label}"><div>${cell}</div></td>`;
		});
		return html`<tr role="row" data-key="${key}">${all}</tr>`;
	});
	return html`<table role="table" aria-label="${caption}"><thead role="rowgroup"><tr role="row">${heads}</tr></thead><tbody role="rowgroup">${bodies}</tbody></table>`;
}

/** The beginning of a body: enough to see what it is, without what signs its URLs. */
export function excerpt(body: Buffer): Html | null {
	const text = body
		.subarray(0, 600)
		.toString("utf8")
		.replace(/\?[^\s"'<>]*/g, "?…")
		.replace(/\s+/g, " ")
		.trim();
	if (text === "") return null;
	const short = text.length > 140 ? `${text.slice(0, 140)}…` : text;
	return html`<code class="excerpt">${short}</code>`;
}
