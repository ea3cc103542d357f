import { join } from "node:path";
import { onTestFinished } from "vitest";
import { startAirtable } from "../../src/sandbox/airtable.ts";
import { type Program, startProgram } from "../../src/sandbox/program.ts";
import { startSpaces } from "../../src/sandbox/spaces.ts";
import {
	AIRTABLE_KEY,
	BASE_ID,
	environment,
	temporaryFolder,
} from "../set-up.ts";

type AirtableOptions = Pick<
	Parameters<typeof startAirtable>[0],
	"requestsPerSecond" | "latencyMs" | "onWrite"
>;

/** Stand-ins, and what starts the program on them in a process of its own, as often as one likes on the same DATA_DIR. */
export async function startStandIns(
	options: AirtableOptions = {},
	more: Record<string, string> = {},
) {
	const airtable = await startAirtable({
		...options,
		apiKey: AIRTABLE_KEY,
		baseId: BASE_ID,
	});
	onTestFinished(airtable.close);
	const spaces = await startSpaces();
	onTestFinished(spaces.close);
	const cwd = temporaryFolder();
	const env: Record<string, string> = {
		...environment(airtable.url, spaces.base),
		HOST: "127.0.0.1",
		PORT: "0",
		DATA_DIR: join(cwd, "data"),
		...more,
	};
	const start = async (
		more: Record<string, string> = {},
		killedBy?: AbortSignal,
	): Promise<Program> => {
		const program = await startProgram({
			env: { ...env, ...more },
			cwd,
			...(killedBy && { killedBy }),
		});
		onTestFinished(async () => void (await program.stop("SIGKILL")));
		return program;
	};
	return { airtable, spaces, env, cwd, start };
}
