import type { Finding } from "./check.ts";
import { ON_FLY } from "./on-fly.ts";
import { broken, ok, unknown } from "./verdict.ts";

type Needs = {
	/** Fly's; undefined elsewhere. */
	appName: string | undefined;
	redisUrl: string | undefined;
	/** The addresses of a name; rejects where there is none. */
	resolve: (name: string) => Promise<string[]>;
};

const CHECK = "machines";

/** More than one machine without Redis: each would have an inbox of its own, and both would write. */
export async function examineMachines({
	appName,
	redisUrl,
	resolve,
}: Needs): Promise<Finding[]> {
	if (redisUrl !== undefined)
		return [ok(CHECK, "any number may run: they share one Redis")];
	if (!appName)
		return [
			unknown(
				CHECK,
				"only Fly tells how many run",
				"Run one, or set REDIS_URL in all",
			),
		];
	// One address for each machine that runs: https://fly.io/docs/networking/private-networking/
	const addresses = await resolve(`${appName}.internal`).catch(() => []);
	const count = new Set(addresses).size;
	if (count === 0)
		return [
			unknown(
				CHECK,
				`nothing is told of ${appName}.internal`,
				`Run the doctor on Fly: ${ON_FLY}`,
			),
		];
	return [
		count === 1
			? ok(CHECK, "one runs")
			: broken(
					CHECK,
					`${count} run, each with an inbox of its own`,
					"Set REDIS_URL, or run `fly scale count 1`",
				),
	];
}
