/** A text as a formula's literal; whatever it holds, it stays a text. */
export function literal(text: string): string {
	return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** True where the field is one of the values. */
export function fieldIn(field: string, values: readonly string[]): string {
	return `OR(${values.map((value) => `{${field}}=${literal(value)}`).join(",")})`;
}

/** True for the records of these ids. */
export function idIn(ids: readonly string[]): string {
	return `OR(${ids.map((id) => `RECORD_ID()=${literal(id)}`).join(",")})`;
}

/** True where the record was made before, ms since the epoch. */
export function createdBefore(time: number): string {
	return `IS_BEFORE(CREATED_TIME(),DATETIME_PARSE(${literal(new Date(time).toISOString())}))`;
}
