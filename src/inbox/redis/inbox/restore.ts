import { INTERRUPTED } from "../../reasons.ts";
import type { Check, Redis } from "../client.ts";
import { changing } from "./commands.ts";
import { dropping, type Item } from "./queue-scripts.ts";
import { load } from "./requests.ts";

/** Not ended. */
const STARTED: readonly string[] = ["accepted", "retry", "processing"];
const AGAIN = { state: "retry", reason: INTERRUPTED, dueAt: 0 } as const;

/** Puts back what was taken and has no owner. @returns whether nobody changed it meanwhile */
export async function restore(
	redis: Redis,
	holder: Check,
	items: readonly Item[],
): Promise<boolean> {
	const held = await load(
		redis,
		items.map(([, [, id]]) => id),
	);
	const open = held.filter(({ kept }) => STARTED.includes(kept.state));
	const failed = await redis.commit(
		[holder, ...held.map(({ check }) => check)],
		[
			...items.flatMap(([entry]) => dropping(entry)),
			...open.flatMap(({ kept }) =>
				changing({ ...kept, dueAt: null }, { ...kept, ...AGAIN }),
			),
		],
	);
	return failed === null || failed.key === holder.key;
}
