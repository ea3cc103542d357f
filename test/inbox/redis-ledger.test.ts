import { describe } from "vitest";
import { createRedisLedger } from "../../src/inbox/redis/ledger.ts";
import { ledgerContract } from "./ledger-contract.ts";
import { connect, redisForTests } from "./redis-server.ts";

const server = await redisForTests();

describe.skipIf(server === null)("with a Redis", () => {
	if (server === null) return;
	ledgerContract("the ledger in Redis", async () => {
		const redis = await connect(server);
		await redis.call("FLUSHALL");
		return {
			ledger: createRedisLedger(redis),
			reopen: async () => createRedisLedger(await connect(server)),
		};
	});
});
