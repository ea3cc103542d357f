import { expect, test } from "vitest";
import { createLine, type Link } from "../../src/receive/line.ts";

function setUp(names: string) {
	const line = createLine<Link & { name: string }>();
	const items = [...names].map((name) => ({
		name,
		before: null,
		behind: null,
	}));
	for (const item of items) line.append(item);
	const standing = () => [...line.all()].map(({ name }) => name).join("");
	return { line, items, standing };
}

test.each([
	["a", "bcd"],
	["b", "acd"],
	["d", "abc"],
	["bc", "ad"],
	["abcd", ""],
])(
	"when %s have gone from abcd, there is %s, in order of coming",
	(gone, left) => {
		const { line, items, standing } = setUp("abcd");

		for (const item of items) if (gone.includes(item.name)) line.remove(item);

		expect(standing()).toBe(left);
	},
);

test("who comes when others have gone is the last, also where all have", () => {
	const { line, items, standing } = setUp("ab");
	const [a, b] = items;
	if (!a || !b) throw new Error("there are two");
	line.remove(b);
	line.remove(a);

	line.append(b);
	line.append(a);

	expect(standing()).toBe("ba");
});

test("what has gone holds nothing of what it stood between", () => {
	const { line, items } = setUp("abc");
	const b = items[1];
	if (!b) throw new Error("there are three");

	line.remove(b);

	expect([b.before, b.behind]).toEqual([null, null]);
});

test("each is met once, also where it goes as it is met", () => {
	const { line } = setUp("abc");
	const met: string[] = [];

	for (const item of line.all()) {
		met.push(item.name);
		line.remove(item);
	}

	expect(met).toEqual(["a", "b", "c"]);
});
