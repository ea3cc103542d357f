import { createHash } from "node:crypto";
import { createGateway } from "../airtable/gateway.ts";
import { createLimiter } from "../airtable/limiter.ts";
import { createPace } from "../airtable/pace.ts";
import { createRecords } from "../airtable/records.ts";
import { createRefusals } from "../airtable/refusals.ts";
import { createWrite } from "../airtable/write.ts";
import type { Lease } from "../inbox/lease.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Store } from "../inbox/store.ts";
import type { NcaJobId } from "../job.ts";
import type { OperationName } from "../operations.ts";
import { createLocate, objectAt } from "../probe/object.ts";
import { candidateNames } from "../probe/object-names.ts";
import { createHeads } from "../probe/spaces.ts";
import type { Watch } from "./watch.ts";
import { type Common, DEADLINES, HEADS_AT_ONCE } from "./world.ts";

/** Airtable, under the limit of its base. */
export function wireAirtable(
	{ config, log, world }: Common,
	store: Pick<Store, "pace"> & { drain: Pick<Lease, "confirm"> },
	watching?: Pick<Watch, "quota" | "heardAirtable">,
) {
	const { now, monotonic, sleep, deadlines = DEADLINES } = world;
	const requestsPerSecond = config.AIRTABLE_REQUESTS_PER_SECOND;
	const pace = store.pace ?? createPace({ requestsPerSecond, monotonic });
	const limiter = createLimiter({ pace, monotonic, sleep });
	const open = (by: "polling" | "settling") =>
		createGateway({
			apiKey: config.AIRTABLE_API_KEY,
			baseId: config.AIRTABLE_BASE_ID,
			endpointUrl: config.AIRTABLE_ENDPOINT_URL,
			limiter,
			// One who has lost the drain without knowing writes nothing.
			mayWrite: store.drain.confirm,
			...(watching && {
				goes: () => watching.quota.count(by),
				heard: watching.heardAirtable,
			}),
			deadlineMs: deadlines.airtableMs,
			log,
		});
	const gateway = open("settling");
	return {
		records: createRecords({ gateway, log }),
		/** The same, whose calls are counted as the poller's. */
		polled: createRecords({ gateway: open("polling"), log }),
		write: createWrite({ gateway, refusals: createRefusals(now), log }),
	};
}

/** Spaces, and where a run's files may stand there. */
export function wireSpaces(
	{ config, world }: Common,
	ledger: Pick<Ledger, "fact" | "note">,
	watching?: Pick<Watch, "heardHead">,
) {
	const bases = config.SPACES_BASE_URL;
	const setting = bases.join(",");
	const { deadlines = DEADLINES } = world;
	let hasAnswered = false;
	const heads = () =>
		createHeads({
			deadlineMs: deadlines.headMs,
			most: HEADS_AT_ONCE,
			...(watching && { heard: watching.heardHead }),
		});

	return {
		heads: heads(),
		/** A webhook's file must not wait behind a round's. */
		headsOfWebhooks: heads(),
		locate: createLocate(bases),
		places: (
			operation: OperationName | null,
			endpoint: string | null,
			ncaJobId: NcaJobId,
		) =>
			bases.flatMap((base) =>
				candidateNames(operation, endpoint, ncaJobId).map(({ name, only }) => ({
					object: objectAt(base, name),
					only,
				})),
			),
		/** Whether a file was ever seen under this very setting. */
		async answered() {
			const at = await ledger.fact(`spaces_answered ${setting}`);
			return at !== null;
		},
		async sawFile() {
			if (hasAnswered) return;
			await ledger.note(`spaces_answered ${setting}`, world.now());
			hasAnswered = true;
		},
		/** A number for the setting: another is another's. */
		mark: Number.parseInt(
			createHash("sha256").update(setting).digest("hex").slice(0, 12),
			16,
		),
	};
}

/** Whom the program asks, and what it knows. */
export type Outside = {
	airtable: ReturnType<typeof wireAirtable>;
	spaces: ReturnType<typeof wireSpaces>;
	ledger: Ledger;
};
