import type { Figures } from "../../figures.ts";
import { type Html, html } from "../html.ts";
import type { DependencyNow, Overview } from "../overview.ts";
import { badge, button } from "../parts.ts";
import { count, since, when } from "../words.ts";

/** When it looks for stuck jobs; and whether those answer whom it needs for it. */
export function roundsSection({ figures, dependencies, at }: Overview): Html {
	const { polling } = figures;
	return html`<h2>Polling</h2>
${lastRound(polling.last_round, at)}
<p>${next(polling, at)}</p>
${button("/debug/check-stuck-jobs", "Run a round now")}
${dependencies.length > 0 ? html`<h2>Depends on</h2><ul class="dependencies">${dependencies.map((one) => dependency(one, at))}</ul>` : null}`;
}

function lastRound(round: Figures["polling"]["last_round"], at: number): Html {
	if (round === null) return html`<p class="empty">No round has run yet.</p>`;
	const { checked, recovered, failed, waiting, errors } = round;
	const facts = [
		[recovered, "recovered"],
		[failed, "failed"],
		[waiting, "waiting"],
		[errors, "could not be looked for"],
	] as const;
	const said = facts
		.filter(([number]) => number > 0)
		.map(([number, what]) => `${count(number)} ${what}`);
	return html`<p>Last round ${when(Date.parse(round.at), at)}: ${count(checked)} checked${said.length > 0 ? `, ${said.join(", ")}` : ""}.</p>`;
}

function next({ enabled, next_round }: Figures["polling"], at: number): Html {
	if (!enabled) return html`Polling is switched off; a round by hand works.`;
	if (next_round === null) return html`The next one is not known.`;
	const due = Date.parse(next_round);
	return due <= at
		? html`The next one is due.`
		: html`The next one is due ${when(due, at)}.`;
}

const TONES = { unknown: "calm", ok: "good", failing: "bad" } as const;
const WORDS = { unknown: "not asked yet", ok: "answers", failing: "fails" };

function dependency(one: DependencyNow, at: number): Html {
	const { name, state, since: from, why } = one;
	const how =
		state === "failing" && from !== null
			? html`<p class="quiet">for ${since(from, at)}: ${why}</p>`
			: null;
	return html`<li data-key="${name}"><span>${name}</span> ${badge(TONES[state], WORDS[state])}${how}</li>`;
}
