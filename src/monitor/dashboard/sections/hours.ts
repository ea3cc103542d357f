import { type Html, html } from "../html.ts";
import type { Overview } from "../overview.ts";
import { counted } from "../words.ts";

/** Webhooks and recoveries by hour: a table, of which the page's script draws a chart. */
export function hoursSection({ hours }: Overview): Html {
	const sum = (of: "recovered" | "came") =>
		hours.reduce(
			(all, hour) =>
				all +
				(of === "recovered"
					? hour.recovered
					: hour.accepted + hour.duplicate + hour.parked),
			0,
		);
	const rows = hours.toReversed().map(
		({ at, accepted, duplicate, parked, recovered }) => html`
<tr data-at="${at}"><th scope="row"><time datetime="${new Date(at).toISOString()}">${new Date(at).toISOString().slice(11, 16)}</time></th><td>${accepted}</td><td>${duplicate}</td><td>${parked}</td><td>${recovered}</td></tr>`,
	);
	return html`<h2>Last 24 hours</h2>
<p class="legend"><span class="key webhooks"></span>${counted(sum("came"), "webhook")} <span class="key recovered"></span>${sum("recovered")} recovered by polling</p>
<div id="plot" data-kept role="img" aria-label="Webhooks and recoveries by hour. The table has the same figures."></div>
<details><summary>By hour, in UTC</summary>
<div class="scroll"><table class="numbers" aria-label="Webhooks and recoveries by hour"><thead><tr><th scope="col">Hour</th><th scope="col">Accepted</th><th scope="col">Duplicate</th><th scope="col">Parked</th><th scope="col">Recovered</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
