import { readFileSync } from "node:fs";
import { join } from "node:path";

export const read = (file: string): string =>
	readFileSync(join(import.meta.dirname, "../..", file), "utf8");

export type Manifest = {
	engines: { node: string };
	scripts: { start: string };
};
export const manifest = JSON.parse(read("package.json")) as Manifest;

/** A Dockerfile's instructions in their order, each with its text on one line. */
export const instructions = read("Dockerfile")
	.replaceAll(/^#.*\n/gm, "")
	.replaceAll(/\\\n\s*/g, "")
	.split("\n")
	.filter(Boolean)
	.map((line) => {
		const [, name = "", text = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
		return { name, text };
	});

export const all = (name: string): string[] =>
	instructions
		.filter((instruction) => instruction.name === name)
		.map(({ text }) => text);

/** The text of an instruction that stands there once. */
export function only(name: string): string {
	const [text, ...others] = all(name);
	if (text === undefined || others.length > 0)
		throw new Error(`Dockerfile: not one ${name}`);
	return text;
}

/** What the image sets, by name. */
export const imageEnv: Record<string, string> = Object.fromEntries(
	only("ENV")
		.split(/\s+/)
		.map((pair) => pair.split("=") as [string, string]),
);
