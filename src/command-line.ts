import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** What a command line asks for; `fault` says in plain words what is wrong with it. */
export type Asked<Options> =
	| { kind: "run"; options: Options }
	| { kind: "help" }
	| { kind: "fault"; fault: string };

/**
 * The arguments in their order, whatever they are; each command knows `--help`.
 * @param args what stands after the name of the command
 */
export function tokensOf(
	args: readonly string[],
	options: ParseArgsOptionsConfig,
) {
	const { tokens } = parseArgs({
		args: [...args],
		options: { ...options, help: { type: "boolean", short: "h" } },
		// Its own complaints speak of the parser.
		strict: false,
		tokens: true,
	});
	return tokens.filter((token) => token.kind !== "option-terminator");
}

/** What is wrong with a command line. */
export function fault(text: string): Asked<never> {
	return { kind: "fault", fault: text };
}

/**
 * An argument that is no option: npm keeps the options for itself that do not stand after `--`, and passes on what is
 * left of them. @param example how it is done
 */
export function strayFault(value: string, example: string): Asked<never> {
	return fault(
		`"${value}" is no option; with npm, options stand after two dashes: ${example}`,
	);
}

/** Does what is asked for, or says how to ask. @returns the exit code; 2 where the command line is wrong */
export async function runAsked<Options>(
	command: { name: string; help: string },
	asked: Asked<Options>,
	run: (options: Options) => number | Promise<number>,
): Promise<number> {
	if (asked.kind === "run") return run(asked.options);
	if (asked.kind === "help") {
		console.log(command.help);
		return 0;
	}
	console.error(`${command.name}: ${asked.fault}\n\n${command.help}`);
	return 2;
}
