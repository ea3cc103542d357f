import type { State } from "../../inbox.ts";

/** What is due, in order, and who has it. */
export const QUEUE = "nca:queue";
/** What waits for its time, by when that is. */
export const LATER = "nca:later";
/** What waits for its record, by when that was looked for. */
export const UNMATCHED = "nca:unmatched";
/** All, by when they were received. */
export const RECEIVED = "nca:received";
/** How many ended how. */
export const TOTALS = "nca:totals";
/** Said when something is due at once. */
export const DUE = "nca:due";
/** All by their ids, those of a job or a run, and those of a state. */
export const ALL = "nca:requests";
export const ofKey = (id: string) => `nca:requests:of:${id}`;
export const inKey = (state: State) => `nca:requests:in:${state}`;
/** What is to be settled, by what it waits for: '' where it waits for its turn alone. */
export const waitingKey = (what: string) => `nca:waiting:${what}`;
/** All that was ever waited for. */
export const WAITS = "nca:waits";
export const requestKey = (id: string) => `nca:request:${id}`;
export const bodyKey = (id: string) => `nca:body:${id}`;
/** Which request bears a key, of which another would be a repeat. */
export const repeatKeyOf = (key: string) => `nca:repeat:${key}`;
