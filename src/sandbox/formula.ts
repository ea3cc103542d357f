/** What a formula may ask of a record. */
export type FormulaRecord = {
	id: string;
	createdTime: string;
	fields: Record<string, unknown>;
};

type Value = string | number | boolean;
type Expression = (record: FormulaRecord) => Value;

/** One token: a name, a field, a text, or a mark. */
const TOKEN = /\s*(?:([A-Z_]+)|\{([^}]*)\}|'((?:[^'\\]|\\.)*)'|([(),=]))/y;

/** Reads `filterByFormula` as far as the program uses it. @throws SyntaxError on anything else */
export function compileFormula(
	text: string,
): (record: FormulaRecord) => boolean {
	let at = 0;
	let [token, next] = [read(), read()];

	function read(): RegExpExecArray | null {
		TOKEN.lastIndex = at;
		const found = TOKEN.exec(text);
		if (!found && text.slice(at).trim() !== "")
			throw new SyntaxError(`formula: ${text.slice(at, at + 20)}`);
		at = TOKEN.lastIndex || text.length;
		return found;
	}

	function step(): RegExpExecArray {
		const taken = token;
		if (!taken) throw new SyntaxError("formula: unexpected end");
		[token, next] = [next, read()];
		return taken;
	}

	function expect(mark: string): void {
		if (step()[4] !== mark) throw new SyntaxError(`formula: ${mark} expected`);
	}

	function comparison(): Expression {
		const left = operand();
		if (token?.[4] !== "=") return left;
		step();
		const right = operand();
		return (record) => left(record) === right(record);
	}

	function operand(): Expression {
		const [, name, field, literal] = step();
		if (field !== undefined) return ({ fields }) => asValue(fields[field]);
		if (literal !== undefined) return () => literal.replace(/\\(.)/g, "$1");
		if (name !== undefined) return call(name, list());
		throw new SyntaxError("formula: operand expected");
	}

	function list(): Expression[] {
		const items: Expression[] = [];
		expect("(");
		while (token?.[4] !== ")") {
			items.push(comparison());
			if (token?.[4] === ",") step();
		}
		expect(")");
		return items;
	}

	const whole = comparison();
	if (token) throw new SyntaxError("formula: more than one expression");
	return (record) => Boolean(whole(record));
}

function call(name: string, parts: Expression[]): Expression {
	const [first = () => false, second = () => false] = parts;
	switch (name) {
		case "AND":
			return (record) => parts.every((part) => part(record));
		case "OR":
			return (record) => parts.some((part) => part(record));
		case "NOT":
			return (record) => !first(record);
		case "RECORD_ID":
			return ({ id }) => id;
		case "CREATED_TIME":
			return ({ createdTime }) => Date.parse(createdTime);
		case "DATETIME_PARSE":
			return (record) => Date.parse(String(first(record)));
		case "IS_BEFORE":
			return (record) => Number(first(record)) < Number(second(record));
		default:
			throw new SyntaxError(`formula: ${name} is not known here`);
	}
}

function asValue(value: unknown): Value {
	return typeof value === "number" || typeof value === "boolean"
		? value
		: String(value ?? "");
}
