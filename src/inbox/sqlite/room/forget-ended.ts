import { ENDED } from "../../inbox.ts";
import type { Database } from "../database.ts";
import { LOWER } from "../inbox/repeats.ts";
import { quoted } from "../quoted.ts";

/** So many rows are looked at at once, and so often, while a sender waits. */
const TURN = 500;
const TURNS = 40;

/** Forgets what has ended to make room, oldest first. */
export function createForgetEnded(db: Database) {
	const edge = db.prepare(`
		SELECT seq FROM deliveries WHERE seq > $from ORDER BY seq LIMIT 1 OFFSET ${TURN - 1}`);
	const forget = db.prepare(`
		DELETE FROM deliveries
		WHERE seq > $from AND seq <= $to AND state IN (${quoted(ENDED)})`);
	const lower = db.prepare(LOWER);
	/** All before it has been looked at. */
	let from = 0;
	let forgotten = 0;

	function forgetSome(): "end" | "more" {
		const to = edge.get({ $from: from })?.seq as number | undefined;
		const bounds = { $from: from, $to: to ?? Number.MAX_SAFE_INTEGER };
		forgotten += db.transaction(() => {
			const count = forget.run(bounds);
			lower.run();
			return count;
		});
		from = to ?? 0;
		return to === undefined ? "end" : "more";
	}

	return {
		/** Until there is enough room, or a sender has waited long enough. */
		forget(isEnough: () => boolean): void {
			for (let turn = 0; turn < TURNS && !isEnough(); turn += 1)
				if (forgetSome() === "end") break;
		},
		/** How many were forgotten since it was asked last. */
		takeCount(): number {
			const count = forgotten;
			forgotten = 0;
			return count;
		},
	};
}
