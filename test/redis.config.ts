import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.config.ts";

/** What the program does, once more on a Redis instead of SQLite. */
export default mergeConfig(
	base,
	defineConfig({
		test: {
			env: { TEST_STORE: "redis" },
			setupFiles: ["test/sqlite-alone.ts"],
			// They need no store, or bring their own, which is SQLite.
			exclude: [
				"test/monitor/earlier-store.test.ts",
				"test/monitor/metrics-store.test.ts",
				"test/monitor/next-round.test.ts",
				"test/monitor/rates.test.ts",
				"test/operate/gate*.test.ts",
				"test/poll/due.test.ts",
				"test/poll/give-up-rules.test.ts",
				"test/settle/judgement.test.ts",
			],
		},
	}),
);
