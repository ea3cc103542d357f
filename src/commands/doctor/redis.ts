import { openRedis, type Redis } from "../../inbox/redis/client.ts";
import {
	LOSE_NOTHING,
	lossesOf,
	SILENT,
} from "../../inbox/redis/durability.ts";
import type { Finding } from "./check.ts";
import { broken, ok, unknown, warning } from "./verdict.ts";

/** A Redis that is there answers sooner, ms. */
const REACHED_WITHIN_MS = 3_000;
const OLDEST = [6, 2] as const;

/** Whether Redis is there, does what the inbox needs, and would lose nothing. Nothing is kept there. */
export async function examineRedis(
	url: string | undefined,
): Promise<Finding[]> {
	if (url === undefined)
		return [ok("all", "not used: the inbox is SQLite in DATA_DIR")];
	let why = `not answered within ${REACHED_WITHIN_MS / 1000} s`;
	const redis = openRedis({
		url,
		onFault(fault) {
			// That it was closed is what follows.
			if (!fault.startsWith("the connection")) why = fault;
		},
	});
	try {
		if (!(await isReached(redis)))
			return [
				broken(
					"reach",
					`REDIS_URL cannot be reached: ${why}`,
					"Start that Redis, or mend REDIS_URL: host, port, user, password, rediss:// for TLS",
				),
			];
		return [
			ok("reach", "answers"),
			...(await about(redis)),
			...(await durability(redis)),
		];
	} finally {
		redis.close();
	}
}

async function isReached(redis: Redis): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const timer = setTimeout(resolve, REACHED_WITHIN_MS, false);
	redis.onReady(() => resolve(true));
	const reached = await promise;
	clearTimeout(timer);
	return reached;
}

async function about(redis: Redis): Promise<Finding[]> {
	const told = await redis.call<string>("INFO").catch(() => null);
	if (told === null) return [unknown("version", "Redis does not tell it")];
	const facts = new Map(
		told.split("\r\n").map((line) => {
			const [name = "", value = ""] = line.split(":");
			return [name, value] as const;
		}),
	);
	const version = facts.get("redis_version") ?? "";
	const findings = [ofVersion(version)];
	if (facts.get("cluster_enabled") === "1")
		findings.push(
			broken(
				"cluster",
				"it is part of a cluster",
				"Take a Redis that is one primary, no cluster",
			),
		);
	if (facts.get("role") === "slave")
		findings.push(
			broken(
				"role",
				"it is a replica, which takes nothing",
				"Set REDIS_URL to its primary",
			),
		);
	return findings;
}

function ofVersion(version: string): Finding {
	const [major = Number.NaN, minor = 0] = version.split(".").map(Number);
	if (Number.isNaN(major)) return unknown("version", "Redis does not tell it");
	const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
	return isOld
		? broken("version", version, `Take Redis ${OLDEST.join(".")} or newer`)
		: ok("version", version);
}

async function durability(redis: Redis): Promise<Finding[]> {
	const remedy = `In Redis, ${LOSE_NOTHING}`;
	try {
		const losses = await lossesOf(redis);
		return losses.length === 0
			? [ok("durability", "what it was given it keeps")]
			: losses.map((loss) => warning("durability", loss, remedy));
	} catch {
		return [unknown("durability", SILENT, remedy)];
	}
}
