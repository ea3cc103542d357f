import type { Finding } from "./check.ts";

export function ok(check: string, found: string): Finding {
	return { check, state: "ok", found, remedy: null };
}

export function broken(check: string, found: string, remedy: string): Finding {
	return { check, state: "broken", found, remedy };
}

export function warning(check: string, found: string, remedy: string): Finding {
	return { check, state: "warning", found, remedy };
}

export function unknown(
	check: string,
	found: string,
	remedy: string | null = null,
): Finding {
	return { check, state: "unknown", found, remedy };
}
