/** What can be so of one job. */
export const WORDS = {
	webhook: [
		"none",
		"success",
		"failure",
		"success B",
		"failure B",
		"no verdict",
		"no file",
	],
	proved: ["yes", "no"],
	file: ["there", "absent", "unknown", "empty", "another's"],
	nca: ["done", ".mov", "failed", "running", "404", "500", "unreachable"],
	age: ["young", "stuck", "old record", "seen long"],
} as const;

export type Combination = {
	[Word in keyof typeof WORDS]: (typeof WORDS)[Word][number];
};

/**
 * A is the record's External Job ID, B another that the webhook's body bears, as on Cloud Run, C another job's.
 *
 * - webhook: `no verdict` has code 202, `no file` has code 200 and names none.
 * - proved: it carries the token; else no secret is set.
 * - file: what the webhook names, and A's and B's own; `unknown` is a HEAD's 503; of `another's` it names C's,
 *   which is there, and the others are absent.
 * - nca: what job/status says of A; `done` names A's file, `.mov` one that polling does not look for, and that is there.
 * - age: `young` is not polled yet; `old record` is new to us; `seen long` was found in processing for over a day.
 *
 * The first row that fits holds. `round` is what the round said of it (-: it was not listed), `why` the record's
 * Error Details, and where it has none, the round's words.
 */
export const ofJob = table(`
	webhook   | proved | file      | nca         | age       || status     | via        | attached       | round     | why
	failure   | *      | *         | *           | *         || failed     | webhook    | -              | -         | No such filter: 'tpadd'
	failure B | yes    | *         | *           | *         || failed     | webhook    | -              | -         | No such filter: 'tpadd'
	success   | *      | there     | *           | *         || completed  | webhook    | A_output_0.mp4 | -         | -
	success B | yes    | there     | *           | *         || completed  | webhook    | B_output_0.mp4 | -         | -
	*         | *      | *         | *           | young     || processing | -          | -              | -         | -
	*         | *      | there     | *           | *         || completed  | polling    | A_output_0.mp4 | recovered | A_output_0.mp4: 10 bytes
	*         | *      | unknown   | *           | *         || processing | -          | -              | error     | HEAD 503
	*         | *      | *         | .mov        | *         || completed  | nca_status | A_output_0.mov | recovered | A_output_0.mov: 10 bytes
	*         | *      | *         | failed      | *         || failed     | nca_status | -              | failed    | out of memory
	*         | *      | *         | 404         | seen long || failed     | timeout    | -              | failed    | within 24 hours
	*         | *      | *         | done        | seen long || processing | -          | -              | waiting   | not given up: NCA says done
	*         | *      | *         | running     | seen long || processing | -          | -              | waiting   | not given up: NCA says running
	*         | *      | *         | 500         | seen long || processing | -          | -              | waiting   | not given up: NCA could not read the job's file
	*         | *      | *         | *           | seen long || processing | -          | -              | waiting   | not given up: NCA has not answered
	*         | *      | empty     | done        | *         || processing | -          | -              | waiting   | NCA says done, but A_output_0.mp4: HEAD 200, empty
	*         | *      | *         | done        | *         || processing | -          | -              | waiting   | NCA says done, but A_output_0.mp4: HEAD 403
	*         | *      | *         | running     | *         || processing | -          | -              | waiting   | NCA says running
	*         | *      | *         | 404         | *         || processing | -          | -              | waiting   | NCA does not know it
	*         | *      | *         | 500         | *         || processing | -          | -              | waiting   | NCA could not read the job's file
	*         | *      | *         | unreachable | *         || processing | -          | -              | waiting   | NCA failed: ECONNRESET
`);

/** What becomes of its webhook, by what became of the job. `answer` is what NCA is told. */
export const ofWebhook = table(`
	webhook    | proved | file    | status    | via        || answer | ends    | why
	none       | *      | *       | *         | *          || -      | -       | -
	failure    | *      | *       | *         | *          || 200    | done    | failed
	failure B  | yes    | *       | *         | *          || 200    | done    | failed
	failure B  | no     | *       | *         | *          || 200    | parked  | unconfirmed
	no verdict | *      | *       | *         | *          || 202    | parked  | no verdict
	no file    | *      | *       | completed | *          || 200    | done    | confirming
	no file    | *      | *       | failed    | nca_status || 200    | done    | conflicting
	no file    | *      | *       | *         | *          || 200    | parked  | no file
	success    | *      | there   | *         | *          || 200    | done    | completed
	success B  | yes    | there   | *         | *          || 200    | done    | completed
	success    | *      | *       | completed | *          || 200    | done    | confirming
	success    | *      | *       | failed    | nca_status || 200    | done    | conflicting
	success    | *      | unknown | *         | *          || 200    | retry   | A_output_0.mp4: HEAD 503
	success B  | yes    | unknown | *         | *          || 200    | retry   | B_output_0.mp4: HEAD 503
	*          | *      | *       | *         | *          || 200    | parked  | unproven
`);

/** One row: its columns before the double bar, and those after it. */
export type Row = {
	text: string;
	when: ReadonlyMap<string, string>;
	becomes: Record<string, string>;
};

/** @returns the first row that fits */
export function rowFor(
	rows: readonly Row[],
	facts: Readonly<Record<string, string>>,
): Row | undefined {
	return rows.find(({ when }) =>
		[...when].every(([column, cell]) => cell === "*" || cell === facts[column]),
	);
}

/** Every combination there is. */
export function combinations(): Combination[] {
	return WORDS.webhook.flatMap((webhook) =>
		WORDS.proved.flatMap((proved) =>
			WORDS.age.flatMap((age) =>
				WORDS.file.flatMap((file) =>
					WORDS.nca.map((nca) => ({ webhook, proved, file, nca, age })),
				),
			),
		),
	);
}

function table(text: string): Row[] {
	const [head = "", ...lines] = text.trim().split("\n");
	const [conditions = [], results = []] = halves(head);
	return lines.map((line) => {
		const [given = [], wanted = []] = halves(line);
		const named = (columns: string[], cells: string[]) =>
			columns.map((column, nth) => [column, cells[nth] ?? ""] as const);
		return {
			text: line.trim(),
			when: new Map(named(conditions, given)),
			becomes: Object.fromEntries(named(results, wanted)),
		};
	});
}

function halves(line: string): string[][] {
	return line
		.split("||")
		.map((half) => half.split("|").map((cell) => cell.trim()));
}
