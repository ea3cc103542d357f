import type { Config } from "../../config.ts";
import type { SettingName } from "../../settings.ts";
import type { Examine, Finding } from "./check.ts";
import { unknown } from "./verdict.ts";

type Read = {
	settings: Partial<Config>;
	faulty: ReadonlySet<SettingName>;
};

/** A check that uses these settings: while one of them is missing or faulty, it says so instead. */
export function createNeeding({ settings, faulty }: Read) {
	return <N extends SettingName>(
		names: readonly N[],
		examine: (settings: Pick<Config, N>) => Promise<Finding[]>,
	): Examine => {
		const wanting = names.filter((name) => faulty.has(name)).join(", ");
		return async () =>
			wanting
				? [unknown("all", "not looked at", `Set ${wanting} first`)]
				: // None of these is faulty, so each is as its own schema makes it.
					examine(settings as Pick<Config, N>);
	};
}
