import type { Ledger } from "../../inbox/ledger.ts";

/**
 * Facts that outlive a restart. One that the store does not take is kept here until it does, else a disk that is full
 * would be told of each minute, or never.
 */
export function createNotes({ fact, note }: Pick<Ledger, "fact" | "note">) {
	const unsaved = new Map<string, number>();

	async function save(name: string, value: number): Promise<void> {
		unsaved.set(name, value);
		await note(name, value);
		unsaved.delete(name);
	}

	return {
		/** 0: none. */
		get: async (name: string) => unsaved.get(name) ?? (await fact(name)) ?? 0,
		/** Throws nothing. */
		set: (name: string, value: number) => save(name, value).catch(() => {}),
		/** Tries once more what could not be written. */
		async saveAgain(): Promise<void> {
			for (const [name, value] of unsaved)
				await save(name, value).catch(() => {});
		},
	};
}

export type Notes = ReturnType<typeof createNotes>;
