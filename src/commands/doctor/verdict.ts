import type { Finding } from "./check.ts";

/** As it should be. */
export function ok(check: string, found: string): Finding {
	return { check, state: "ok", found, remedy: null };
}

/** Something does not work until this is done. */
export function broken(check: string, found: string, remedy: string): Finding {
	return { check, state: "broken", found, remedy };
}

/** It works, and yet somebody should look. */
export function warning(check: string, found: string, remedy: string): Finding {
	return { check, state: "warning", found, remedy };
}

/** It could not be told. */
export function unknown(
	check: string,
	found: string,
	remedy: string | null = null,
): Finding {
	return { check, state: "unknown", found, remedy };
}
