/** In ISO. @param ms since the epoch; null: never */
export function asTime(ms: number | null): string | null {
	return ms === null ? null : new Date(ms).toISOString();
}
