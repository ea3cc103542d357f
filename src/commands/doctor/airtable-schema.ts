import { z } from "zod";
import type { Contract, NeededField } from "./airtable-contract.ts";
import type { Finding } from "./check.ts";
import { broken, ok } from "./verdict.ts";

const choice = z.object({ name: z.string() });
const field = z.object({
	name: z.string(),
	type: z.string(),
	options: z.object({ choices: z.array(choice).optional() }).nullish(),
});
const table = z.object({ name: z.string(), fields: z.array(field) });

/** What Airtable says of a base: https://airtable.com/developers/web/api/get-base-schema */
export const baseSchema = z.object({ tables: z.array(table) });

type Field = z.infer<typeof field>;
type Table = z.infer<typeof table>;

const WITHOUT = {
	essential: "without it no job is closed that needs it",
	other: "jobs are closed without it",
};

/** Each table, field, kind and option that the program needs, against those that are there. */
export function compareSchema(
	contract: Contract,
	tables: readonly Table[],
): Finding[] {
	return [...contract].flatMap(([name, fields]) => {
		const there = tables.find((one) => one.name === name);
		const check = `table ${name}`;
		if (there === undefined) return missingTable(name, namesOf(tables));
		return [
			ok(check, "there"),
			...fields.flatMap((one) => compareField(name, one, there.fields)),
		];
	});
}

/** A table that the base has not. @param others the names that it has */
export function missingTable(name: string, others: readonly string[]): Finding {
	return broken(
		`table ${name}`,
		`missing${alike(name, others)}`,
		`Name the table exactly ${name}, or take the base of the engine for AIRTABLE_BASE_ID`,
	);
}

/** A field that a table has not. @param others the names that it has */
export function missingField(
	table: string,
	{ field, kind, essential }: NeededField,
	others: readonly string[],
): Finding {
	const without = essential ? WITHOUT.essential : WITHOUT.other;
	return broken(
		`${table}.${field}`,
		`missing${alike(field, others)}; ${without}`,
		`Add a field named exactly “${field}” to ${table}, of the kind ${kind.shown}`,
	);
}

function compareField(
	table: string,
	needed: NeededField,
	fields: readonly Field[],
): Finding[] {
	const { field: name, kind, options } = needed;
	const there = fields.find((one) => one.name === name);
	if (there === undefined)
		return [missingField(table, needed, namesOf(fields))];
	const check = `${table}.${name}`;
	if (!kind.types.includes(there.type)) {
		const remedy = `Change the kind of “${name}” in ${table} to ${kind.shown}`;
		return [broken(check, `of the kind ${there.type}`, remedy)];
	}
	// A text takes any word.
	const choices = namesOf(there.options?.choices ?? []);
	const lacking =
		there.type === "singleSelect"
			? options.filter((option) => !choices.includes(option))
			: [];
	if (lacking.length > 0)
		return lacking.map((option) => missingOption(check, option, choices));
	const having = options.length > 0 ? `, takes ${options.join(", ")}` : "";
	return [ok(check, there.type + having)];
}

function missingOption(
	check: string,
	option: string,
	choices: readonly string[],
): Finding {
	const settings = check === "Jobs.Status" ? `, or ${STATUS_SETTINGS}` : "";
	return broken(
		check,
		`no option “${option}”${alike(option, choices)}`,
		`Add the option “${option}” to ${check}${settings}`,
	);
}

const STATUS_SETTINGS =
	"say the base's own word in COMPLETED_STATUS, FAILED_STATUS or POLLING_STATUSES";

/** A name that differs in case or spaces alone is the likely cause. */
function alike(name: string, others: readonly string[]): string {
	const plain = (text: string) => text.toLowerCase().replace(/[\s_-]+/g, "");
	const near = others.find((other) => plain(other) === plain(name));
	return near === undefined ? "" : ` (there is “${near}”)`;
}

function namesOf(things: readonly { name: string }[]): string[] {
	return things.map(({ name }) => name);
}
