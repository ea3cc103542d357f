import type { Reporter, TestModule } from "vitest/node";

/** Ends the output with one plain line that any script can read. */
export default class CountReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[]): void {
		const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
		for (const module of modules) {
			for (const test of module.children.allTests()) {
				count[test.result().state] += 1;
			}
		}
		const { passed, failed, skipped } = count;
		console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
	}
}
