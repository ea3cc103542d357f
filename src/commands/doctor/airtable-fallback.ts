import type { AskAirtable } from "./airtable-ask.ts";
import type { Contract, NeededField } from "./airtable-contract.ts";
import { missingField, missingTable } from "./airtable-schema.ts";
import type { Finding } from "./check.ts";
import { broken, ok, unknown, warning } from "./verdict.ts";

type Needs = {
	ask: AskAirtable;
	baseId: string;
	contract: Contract;
};

const NO_SCHEMA = warning(
	"scope schema.bases:read",
	"not given: kinds of fields and options of selects cannot be told",
	"Add it to the token at https://airtable.com/create/tokens: the doctor alone uses it",
);

/** What listing a record of each table tells, where Airtable does not tell the base's schema. */
export async function examineByReading(needs: Needs): Promise<Finding[]> {
	const { ask, baseId, contract } = needs;
	const tables = [];
	for (const [table, fields] of contract) {
		tables.push({ table, fields, kind: await list(table, fields) });
	}
	if (tables.every(({ kind }) => kind === "refused"))
		return [
			broken(
				"base",
				`${baseId} cannot be read with this token, or is not there`,
				"Compare AIRTABLE_BASE_ID with the base's address in a browser; give the token access to that base, and data.records:read",
			),
			unknown(
				"tables",
				"the base cannot be read",
				"Mend the access to the base first",
			),
		];
	const findings = [ok("base", `${baseId} is there`), NO_SCHEMA];
	if (tables.some(({ kind }) => kind === "given"))
		findings.push(ok("scope data.records:read", "given"));
	for (const { table, fields, kind } of tables) {
		if (kind === "refused") findings.push(missingTable(table, []));
		else if (kind === "given") {
			const found = `there, with ${fields.map(({ field }) => field).join(", ")}`;
			findings.push(ok(`table ${table}`, found));
		} else if (kind === "unknown field")
			findings.push(...(await fieldByField(table, fields)));
		else findings.push(unknown(`table ${table}`, "Airtable did not say"));
	}
	return findings;

	async function list(table: string, fields: readonly NeededField[]) {
		const query = new URLSearchParams({ pageSize: "1", maxRecords: "1" });
		for (const { field } of fields) query.append("fields[]", field);
		const path = `/v0/${baseId}/${encodeURIComponent(table)}?${query}`;
		return (await ask(path)).kind;
	}

	/** Airtable names only one of those that are missing. */
	async function fieldByField(
		table: string,
		fields: readonly NeededField[],
	): Promise<Finding[]> {
		const findings: Finding[] = [ok(`table ${table}`, "there")];
		for (const one of fields) {
			const kind = await list(table, [one]);
			const check = `${table}.${one.field}`;
			if (kind === "unknown field") findings.push(missingField(table, one, []));
			else if (kind === "given") findings.push(ok(check, "there"));
			else findings.push(unknown(check, "Airtable did not say"));
		}
		return findings;
	}
}
