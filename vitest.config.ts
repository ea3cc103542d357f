import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		// Every test fails in which a secret was told.
		setupFiles: ["test/leaks/tap.ts"],
		include: ["test/**/*.test.ts"],
		// For processes that start and stop on a slow machine; nothing waits that long by itself.
		testTimeout: 60_000,
		reporters: ["default", "./test/count-reporter.ts"],
	},
});
