/** Markup that is safe as it stands: only `html` makes it. */
export type Html = { readonly markup: string };

type Value = string | number | null | Html | readonly Html[];

const ENTITIES: Record<string, string> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

/**
 * Markup with values in it: text is escaped, so that it stays text also within a quoted attribute; null is nothing.
 * @throws Error where a value stands unquoted in an attribute, where escaping does not hold it
 */
export function html(
	strings: TemplateStringsArray,
	...values: readonly Value[]
): Html {
	const parts = strings.map((string, nth) => {
		const value = values[nth];
		if (value === undefined) return string;
		if (/=\s*$/.test(string)) throw new Error("an attribute without quotes");
		return string + markupOf(value);
	});
	return { markup: parts.join("") };
}

/** Words in which what stands in backticks is code. */
export function prose(text: string): Html[] {
	return text
		.split("`")
		.map((part, nth) =>
			nth % 2 === 1 ? html`<code>${part}</code>` : html`${part}`,
		);
}

/** A path of ours, each value one segment of it. */
export function path(
	strings: TemplateStringsArray,
	...values: readonly string[]
): string {
	return String.raw({ raw: strings }, ...values.map(encodeURIComponent));
}

function markupOf(value: Value): string {
	if (value === null) return "";
	if (typeof value !== "object") {
		return String(value).replace(/[&<>"']/g, (one) => ENTITIES[one] ?? "");
	}
	if ("markup" in value) return value.markup;
	return value.map(({ markup }) => markup).join("");
}
