import { createScanner } from "./repr-scanner.ts";

/** What a Python literal can hold, in our words: a tuple is an array, a dict's keys are texts. */
export type Literal =
	| string
	| number
	| boolean
	| null
	| Literal[]
	| Map<string, Literal>;

/** Deeper than any real one, and far from the end of the stack. */
const DEEPEST = 100;

/**
 * Reads the `repr` of a Python literal, as the engine keeps its requests in `Request Payload`.
 * Total: `undefined` is what it could not read.
 */
export function parseRepr(text: string): Literal | undefined {
	try {
		return read(text);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

function read(text: string): Literal {
	const scan = createScanner(text);

	function value(depth: number): Literal {
		if (depth > DEEPEST) throw new SyntaxError("too deep");
		const opening = scan.next();
		if (opening === "{") return dict(depth);
		if (opening === "[") return sequence("[", "]", depth).items;
		if (opening === "(") return group(depth);
		if (opening === "'" || opening === '"') return scan.string(opening);
		const named = scan.word();
		return named === undefined ? scan.number() : named;
	}

	/** An entry whose value cannot be read is left out: the others are worth having. */
	function dict(depth: number): Literal {
		const entries = new Map<string, Literal>();
		scan.expect("{");
		while (!scan.took("}")) {
			const key = value(depth + 1);
			scan.expect(":");
			const begin = scan.position();
			try {
				const read = value(depth + 1);
				const after = scan.next();
				if (after !== "," && after !== "}") throw new SyntaxError("more");
				entries.set(String(key), read);
			} catch (error) {
				if (!(error instanceof SyntaxError)) throw error;
				scan.backTo(begin);
				scan.skipEntry();
			}
			if (!scan.took(",")) {
				scan.expect("}");
				break;
			}
		}
		return entries;
	}

	/** `(1)` is 1; `(1,)` is a tuple of one. */
	function group(depth: number): Literal {
		const { items, commas } = sequence("(", ")", depth);
		const [first] = items;
		return items.length === 1 && commas === 0 && first !== undefined
			? first
			: items;
	}

	function sequence(
		opening: string,
		closing: string,
		depth: number,
	): { items: Literal[]; commas: number } {
		const items: Literal[] = [];
		let commas = 0;
		scan.expect(opening);
		while (!scan.took(closing)) {
			items.push(value(depth + 1));
			if (!scan.took(",")) {
				scan.expect(closing);
				break;
			}
			commas += 1;
		}
		return { items, commas };
	}

	const result = value(0);
	if (scan.next() !== undefined) throw new SyntaxError("more than one literal");
	return result;
}
