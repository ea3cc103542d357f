/** What was parked or buried for a reason, and what a person can do about it. */
export const MEANINGS: Readonly<Record<string, string>> = {
	"not an object": "The body is no webhook of NCA's.",
	"no verdict": "The body says neither done nor failed.",
	"foreign file":
		"Its file is none of ours: is SPACES_BASE_URL what NCA's URLs begin with?",
	"no usable id": "It names neither a record's id nor NCA's.",
	"no file": "A success that names no file.",
	"too many files": "It names more than 200 files.",
	"no record": "No record of Jobs appeared for it.",
	"several records bear its job_id": "Which job it is of cannot be told.",
	"foreign job": "Its record is another service's.",
	unproven:
		"Its file was not found, or is another job's; or its target is, which the record does not name.",
	unconfirmed: "A failure under an id that is not the record's.",
	"not fetched": "Airtable has not fetched the attachment.",
};

/** Null where the reason says it all. */
export function meaningOf(reason: string | null): string | null {
	return reason !== null && Object.hasOwn(MEANINGS, reason)
		? (MEANINGS[reason] ?? null)
		: null;
}
