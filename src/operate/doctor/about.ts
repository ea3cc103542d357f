import type { Finding } from "./check.ts";

/** The findings of one check. */
export function about(check: string) {
	return {
		ok: (found: string): Finding => ({
			check,
			state: "ok",
			found,
			remedy: null,
		}),
		broken: (found: string, remedy: string): Finding => ({
			check,
			state: "broken",
			found,
			remedy,
		}),
		warning: (found: string, remedy: string): Finding => ({
			check,
			state: "warning",
			found,
			remedy,
		}),
		unknown: (found: string, remedy: string | null): Finding => ({
			check,
			state: "unknown",
			found,
			remedy,
		}),
	};
}
