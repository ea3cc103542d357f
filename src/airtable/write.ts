import { faultFields, type Permanent } from "../errors.ts";
import { type AttemptNeeds, createAttempt, type Results } from "./attempt.ts";
import type { Update } from "./requests.ts";

/** Airtable takes 10 records in a PATCH: https://airtable.com/developers/web/api/update-multiple-records */
export const MOST = 10;

/**
 * Writes updates of one table in batches; a bad record or field costs itself alone. One result for each id.
 * @param ended is told of each batch when it has its results
 */
export type Write = (
	table: string,
	updates: readonly Update[],
	isEssential: (field: string) => boolean,
	ended?: (some: Results) => void,
) => Promise<Results>;

/** Writes through the gateway, and sends nothing that is known to be refused. Throws nothing of Airtable's: a fault is a result. */
export function createWrite(needs: AttemptNeeds): Write {
	const { refusals, log } = needs;
	/** One batch at a time is taken apart, so that the next profits from what it taught. */
	let apart: Promise<void> = Promise.resolve();

	return async (table, updates, isEssential, ended) => {
		const results: Results = new Map();
		const attempt = createAttempt(needs, { table, isEssential, results });

		async function send(batch: readonly Update[]): Promise<void> {
			await sendAll(batch);
			const some = batch.flatMap(({ id }) => {
				const how = results.get(id);
				return how ? [[id, how] as const] : [];
			});
			ended?.(new Map(some));
		}

		async function sendAll(batch: readonly Update[]): Promise<void> {
			const fault = await attempt(batch);
			if (!fault) return;
			const turn = apart.then(() => takeApart(batch, fault));
			apart = turn.catch(() => {});
			await turn;
		}

		/** Airtable refused all for the sake of one: halves it until that one is found. */
		async function takeApart(
			batch: readonly Update[],
			fault: Permanent,
		): Promise<void> {
			const [only] = batch;
			if (batch.length === 1 && only) return oneByOne(only, fault);
			const middle = Math.ceil(batch.length / 2);
			for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
				const again = await attempt(half);
				if (again) await takeApart(half, again);
			}
		}

		/**
		 * Writes a record's fields by themselves, the essential one first: without it the record is left alone. With
		 * it the record is closed and will not be looked at again, so a fault that another field meets is tried once
		 * more, and then costs that field alone.
		 */
		async function oneByOne(
			{ id, fields }: Update,
			first: Permanent,
		): Promise<void> {
			const entries = Object.entries(fields).sort(
				([a], [b]) => Number(isEssential(b)) - Number(isEssential(a)),
			);
			for (const [field, value] of entries) {
				const one = { id, fields: { [field]: value } };
				let fault =
					entries.length === 1 || isGone(first) ? first : await attempt([one]);
				if (
					fault === null &&
					results.get(id)?.kind === "fault" &&
					!isEssential(field)
				) {
					fault = await attempt([one]);
				}
				if (fault && isGone(fault)) results.set(id, { kind: "gone" });
				else if (fault) refuse(id, field, value, fault);
				const how = results.get(id);
				if (how?.kind === "fault" && !isEssential(field)) {
					log.warn(
						{ table, field, record: id, ...faultFields(how.error) },
						"airtable did not take a field",
					);
					results.set(id, { kind: "written" });
				} else if (how && how.kind !== "written") return;
			}
			if (!results.has(id)) results.set(id, { kind: "written" });
		}

		function refuse(
			id: string,
			field: string,
			value: unknown,
			fault: Permanent,
		): void {
			refusals.learn({ table, field, value }, fault, isEssential(field));
			const line = { table, field, record: id, ...faultFields(fault) };
			if (isEssential(field)) {
				results.set(id, { kind: "refused", field, why: fault.message });
				log.error(line, "airtable refused an essential field");
			} else log.warn(line, "airtable refused a field");
		}

		const batches = Array.from(
			{ length: Math.ceil(updates.length / MOST) },
			(_, nth) => updates.slice(nth * MOST, (nth + 1) * MOST),
		);
		await Promise.all(batches.map(send));
		return results;
	};
}

function isGone(fault: Permanent): boolean {
	return fault.code === "ROW_DOES_NOT_EXIST";
}
