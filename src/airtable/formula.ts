/** A text as a formula's literal; whatever it holds, it stays a text. */
export function literal(text: string): string {
	return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** True where the field is that text. */
export function equals(field: string, value: string): string {
	return `{${field}}=${literal(value)}`;
}

/** True for the record of that id. */
export function isRecord(id: string): string {
	return `RECORD_ID()=${literal(id)}`;
}

/** True where one of the formulas is. */
export function either(formulas: readonly string[]): string {
	return `OR(${formulas.join(",")})`;
}

/** True where the record was made before, ms since the epoch. */
export function createdBefore(time: number): string {
	return `IS_BEFORE(CREATED_TIME(),DATETIME_PARSE(${literal(new Date(time).toISOString())}))`;
}
