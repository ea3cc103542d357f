import { isAttachments, type Schema } from "./airtable-schema.ts";

export type Fields = Record<string, unknown>;
type StoredRecord = { id: string; createdTime: string; fields: Fields };

/** The records of a base, past its API: as its owner would handle them. */
export type Base = {
	/** A table's records by id, or undefined. */
	table(name: string): Map<string, StoredRecord> | undefined;
	create(
		table: string,
		fields: Fields,
		more?: { id?: string; createdTime?: string },
	): string;
	/** Writes fields; null and "" empty one. */
	set(table: string, id: string, fields: Fields): StoredRecord;
	get(table: string, id: string): Fields;
	remove(table: string, id: string): void;
	/** Resolves when the record is as wanted, at once or at a later change. */
	until(
		table: string,
		id: string,
		wanted: (fields: Fields) => boolean,
	): Promise<void>;
	/** Fetches what was attached and not fetched yet; what cannot be fetched is gone from its cell, without a word. */
	fetchAttachments(): Promise<void>;
	/** Of what is fetched next, so many are dropped; only files whose name begins so. */
	drop(times: number, name?: string): void;
};

/** An empty base with these tables. @param now ms since the epoch */
export function createBase(schema: Schema, now: () => number): Base {
	const tables = new Map(
		Object.keys(schema).map((name) => [name, new Map<string, StoredRecord>()]),
	);
	const waiting = new Set<() => void>();
	const toFetch: { fields: Fields; field: string; attachment: Fields }[] = [];
	let made = 0;
	let drops: string[] = [];

	function nextId(prefix: string): string {
		made += 1;
		return `${prefix}${String(made).padStart(14, "0")}`;
	}

	function recordOf(table: string, id: string): StoredRecord {
		const record = tables.get(table)?.get(id);
		if (!record) throw new Error(`no ${id} in ${table}`);
		return record;
	}

	function changed(): void {
		for (const look of waiting) look();
	}

	function attach(fields: Fields, field: string, given: Fields): Fields {
		const { url, filename } = given;
		const attachment: Fields = { id: nextId("att"), url, filename };
		toFetch.push({ fields, field, attachment });
		return attachment;
	}

	/** Whether this one is to be dropped. */
	function drop(filename: string): boolean {
		const nth = drops.findIndex((name) => filename.startsWith(name));
		if (nth < 0) return false;
		drops.splice(nth, 1);
		return true;
	}

	return {
		table: (name) => tables.get(name),
		create(table, fields, { id = nextId("rec"), createdTime } = {}) {
			const record = {
				id,
				createdTime: createdTime ?? new Date(now()).toISOString(),
				fields: { ...fields },
			};
			tables.get(table)?.set(id, record);
			return id;
		},
		set(table, id, given) {
			const record = recordOf(table, id);
			const { fields } = record;
			for (const [field, value] of Object.entries(given)) {
				if (value === null || value === "") delete fields[field];
				else if (Array.isArray(value) && isAttachments(value)) {
					fields[field] = value.map((one) => attach(fields, field, one));
				} else fields[field] = value;
			}
			changed();
			return record;
		},
		get: (table, id) => structuredClone(recordOf(table, id).fields),
		remove(table, id) {
			tables.get(table)?.delete(id);
		},
		until(table, id, wanted) {
			return new Promise((resolve) => {
				const look = () => {
					if (!wanted(recordOf(table, id).fields)) return;
					waiting.delete(look);
					resolve();
				};
				waiting.add(look);
				look();
			});
		},
		async fetchAttachments() {
			for (const { fields, field, attachment } of toFetch.splice(0)) {
				const isDropped = drop(String(attachment.filename));
				const response = await fetch(String(attachment.url)).catch(() => null);
				const size =
					response?.ok && !isDropped
						? (await response.arrayBuffer()).byteLength
						: 0;
				const held = fields[field];
				if (size > 0) {
					const type = response?.headers.get("content-type");
					Object.assign(attachment, { size, type });
				} else if (Array.isArray(held)) {
					fields[field] = held.filter((one) => one !== attachment);
				}
			}
			changed();
		},
		drop(times, name = "") {
			drops = [...drops, ...Array(times).fill(name)];
		},
	};
}
