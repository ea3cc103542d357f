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

const WORDS: readonly [string, Literal][] = [
	["None", null],
	["True", true],
	["False", false],
	["nan", Number.NaN],
	["inf", Number.POSITIVE_INFINITY],
	["-inf", Number.NEGATIVE_INFINITY],
];
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const ESCAPES = new Map([
	["n", "\n"],
	["r", "\r"],
	["t", "\t"],
	["a", "\x07"],
	["b", "\b"],
	["f", "\f"],
	["v", "\v"],
	["\n", ""],
]);
/** How many hexadecimal digits follow the escape. */
const CODES = new Map([
	["x", 2],
	["u", 4],
	["U", 8],
]);

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
	let at = 0;

	function value(depth: number): Literal {
		if (depth > DEEPEST) throw new SyntaxError("too deep");
		space();
		const opening = text[at];
		if (opening === "{") return dict(depth);
		if (opening === "[") return sequence("]", depth).items;
		if (opening === "(") return group(depth);
		if (opening === "'" || opening === '"') return string(opening);
		const named = word();
		return named === undefined ? number() : named;
	}

	/** An entry whose value cannot be read is left out: the others are worth having. */
	function dict(depth: number): Literal {
		const entries = new Map<string, Literal>();
		at += 1;
		while (!took("}")) {
			const key = value(depth + 1);
			expect(":");
			const begin = at;
			try {
				const read = value(depth + 1);
				space();
				if (text[at] !== "," && text[at] !== "}") throw new SyntaxError("more");
				entries.set(String(key), read);
			} catch (error) {
				if (!(error instanceof SyntaxError)) throw error;
				at = begin;
				skip();
			}
			if (!took(",")) {
				expect("}");
				break;
			}
		}
		return entries;
	}

	/** To the end of an entry, whatever stands in it. */
	function skip(): void {
		space();
		const begin = at;
		for (let open = 0; ; at += 1) {
			const char = text[at];
			if (char === undefined) throw new SyntaxError("an entry without an end");
			if (open === 0 && (char === "," || char === "}")) break;
			if (char === "'" || char === '"') {
				for (at += 1; text[at] !== char; at += 1) {
					if (text[at] === undefined) throw new SyntaxError("no end");
					if (text[at] === "\\") at += 1;
				}
			}
			if ("([{".includes(char)) open += 1;
			if (")]}".includes(char)) open -= 1;
		}
		if (at === begin) throw new SyntaxError("an entry without a value");
	}

	/** `(1)` is 1; `(1,)` is a tuple of one. */
	function group(depth: number): Literal {
		const { items, commas } = sequence(")", depth);
		const [first] = items;
		return items.length === 1 && commas === 0 && first !== undefined
			? first
			: items;
	}

	function sequence(
		closing: string,
		depth: number,
	): { items: Literal[]; commas: number } {
		const items: Literal[] = [];
		let commas = 0;
		at += 1;
		while (!took(closing)) {
			items.push(value(depth + 1));
			if (!took(",")) {
				expect(closing);
				break;
			}
			commas += 1;
		}
		return { items, commas };
	}

	function string(quote: string): string {
		let result = "";
		at += 1;
		for (;;) {
			const char = text[at];
			if (char === undefined) throw new SyntaxError("a string without an end");
			at += 1;
			if (char === quote) return result;
			result += char === "\\" ? escaped() : char;
		}
	}

	function escaped(): string {
		const char = text[at];
		if (char === undefined) throw new SyntaxError("a string without an end");
		at += 1;
		const digits = CODES.get(char);
		if (digits === undefined) {
			// Python keeps the backslash of what is no escape.
			return ESCAPES.get(char) ?? (/[\\'"]/.test(char) ? char : `\\${char}`);
		}
		const hex = text.slice(at, at + digits);
		const code = Number.parseInt(hex, 16);
		if (
			!new RegExp(`^[0-9a-f]{${digits}}$`, "i").test(hex) ||
			code > 0x10ffff
		) {
			throw new SyntaxError("not a character");
		}
		at += digits;
		return String.fromCodePoint(code);
	}

	function word(): Literal | undefined {
		const found = WORDS.find(([name]) => text.startsWith(name, at));
		if (found) at += found[0].length;
		return found?.[1];
	}

	function number(): number {
		NUMBER.lastIndex = at;
		const found = NUMBER.exec(text)?.[0];
		if (found === undefined) throw new SyntaxError("not a literal");
		at += found.length;
		return Number(found);
	}

	function space(): void {
		while (/\s/.test(text[at] ?? "")) at += 1;
	}

	function took(char: string): boolean {
		space();
		if (text[at] !== char) return false;
		at += 1;
		return true;
	}

	function expect(char: string): void {
		if (!took(char)) throw new SyntaxError(`${char} expected`);
	}

	const result = value(0);
	space();
	if (at < text.length) throw new SyntaxError("more than one literal");
	return result;
}
