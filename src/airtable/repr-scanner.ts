/** What stands in a literal by itself. */
type Word = number | boolean | null;

const WORDS: readonly [string, Word][] = [
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

/** Takes the tokens of a Python literal off a text, one after the other. What it is not able to take throws SyntaxError. */
export function createScanner(text: string) {
	let at = 0;

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

	function word(): Word | undefined {
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

	/** To the end of an entry of a dict, whatever stands in it. */
	function skipEntry(): void {
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

	return {
		/** The next character that is no space; undefined: there is none. */
		next(): string | undefined {
			space();
			return text[at];
		},
		took,
		expect,
		string,
		word,
		number,
		skipEntry,
		/** Where it stands, and back to there. */
		position: () => at,
		backTo(position: number): void {
			at = position;
		},
	};
}
