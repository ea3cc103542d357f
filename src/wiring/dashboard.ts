import type { Inbox } from "../inbox/inbox.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Alerts } from "../monitor/alerts/alerts.ts";
import { createDashboard } from "../monitor/dashboard/dashboard.ts";
import { createOverview } from "../monitor/dashboard/overview.ts";
import type { Figures } from "../monitor/figures.ts";
import type { Watch } from "./watch.ts";
import type { Common } from "./world.ts";

type Shown = {
	figures: () => Promise<Figures>;
	inbox: Inbox;
	ledger: Ledger;
	alerts: Alerts["open"];
	dependencies: Watch["dependencies"];
};

/** The page for a person. */
export function wireDashboard(
	{ log, world }: Common,
	{ dependencies, ...shown }: Shown,
) {
	const { now, every } = world;
	const overview = createOverview({
		...shown,
		dependencies: () => [
			{ name: "Airtable", ...dependencies.airtable.state() },
			{ name: "Spaces", ...dependencies.spaces.state() },
			{ name: "NCA", ...dependencies.nca.state() },
		],
		now,
	});
	return createDashboard({ overview, every, log });
}
