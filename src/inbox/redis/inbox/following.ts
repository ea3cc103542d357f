import type { Entry } from "../../inbox.ts";
import type { Check, Command, Redis } from "../client.ts";
import type { Changes } from "./changes.ts";
import { adding } from "./commands.ts";
import { repeatKeyOf } from "./keys.ts";

/** What puts entries in with endings, where none like them waits. @param changes what is changed with them: the keys that it gives up are free */
export async function following(
	redis: Redis,
	changes: Changes,
	entries: readonly Entry[],
): Promise<{ checks: Check[]; commands: Command[] }> {
	const freed = new Set<string | null>();
	for (const { before, after } of changes.values())
		if (before.repeatKey !== after.repeatKey) freed.add(before.repeatKey);
	const keys = entries.map(({ repeatKey }) => repeatKeyOf(repeatKey ?? ""));
	const held = await redis.bytes(keys);
	const checks = new Map<string, Check>();
	const commands: Command[] = [];
	for (const [nth, entry] of entries.entries()) {
		const { repeatKey } = entry;
		const key = keys[nth] ?? "";
		const isFree =
			repeatKey === null || held[nth] === null || freed.has(repeatKey);
		if (!isFree || checks.has(key)) continue;
		if (repeatKey !== null)
			checks.set(key, { key, value: held[nth]?.toString() ?? null });
		commands.push(...adding(entry));
	}
	return { checks: [...checks.values()], commands };
}
