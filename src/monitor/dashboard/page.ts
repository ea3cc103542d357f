import { createHash } from "node:crypto";
import { type Html, html } from "./html.ts";
import type { Overview } from "./overview.ts";
import { sign } from "./parts.ts";
import { figuresSection } from "./sections/figures.ts";
import { hoursSection } from "./sections/hours.ts";
import { keptSection } from "./sections/kept.ts";
import { roundsSection } from "./sections/rounds.ts";
import { stuckSection } from "./sections/stuck.ts";
import { verdictSection } from "./sections/verdict.ts";
import { webhooksSection } from "./sections/webhooks.ts";

const SECTIONS = {
	verdict: verdictSection,
	stuck: stuckSection,
	kept: keptSection,
	hours: hoursSection,
	figures: figuresSection,
	rounds: roundsSection,
	webhooks: webhooksSection,
};

/** A part of the page that is sent anew when it is another: its mark changes with it. */
export type Section = { id: keyof typeof SECTIONS; mark: string; html: Html };

/** The parts of the page, in order of attention. */
export function sectionsOf(overview: Overview): Section[] {
	return Object.entries(SECTIONS).map(([id, render]) => {
		const html = render(overview);
		const mark = createHash("sha256").update(html.markup).digest("base64url");
		return { id: id as Section["id"], mark: mark.slice(0, 16), html };
	});
}

const HEAD = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/dashboard/style.css">`;

/** What is shown while nothing can be known. */
export const UNREADABLE = html`${HEAD}
<title>Not known – NCA webhooks</title>
<meta http-equiv="refresh" content="5">
</head>
<body>
<header><h1>NCA webhooks</h1></header>
<main><section>
<h2 class="verdict bad">${sign("bad")}<strong>Not known</strong> <span>The program cannot read its store</span></h2>
<p>A webhook that cannot be stored is answered 503, and stands in the log. Bring the disk, or Redis, back: the program then goes on by itself, and this page asks again every five seconds.</p>
</section></main>
</body>
</html>`;

/** The whole page. */
export function page(sections: readonly Section[]): Html {
	const shown = new Map(
		sections.map((one) => [
			one.id,
			html`<section id="${one.id}" data-mark="${one.mark}">${one.html}</section>`,
		]),
	);
	const of = (id: Section["id"]) => shown.get(id) ?? null;
	return html`${HEAD}
<title>NCA webhooks</title>
<link rel="stylesheet" href="/dashboard/uplot.css">
<script src="/dashboard/uplot.js" defer></script>
<script src="/dashboard/live.js" type="module"></script>
</head>
<body>
<header><h1>NCA webhooks</h1><p id="live" data-state="still">As of when it was loaded</p></header>
<main>
${of("verdict")}
<div class="columns">
${of("stuck")}
${of("kept")}
<aside aria-label="Figures">${of("hours")}${of("figures")}${of("rounds")}</aside>
${of("webhooks")}
</div>
</main>
<p id="said" role="status"></p>
</body>
</html>`;
}
