import { runAsked } from "../../command-line.ts";
import { readEnvFile } from "../../environment.ts";
import { tokenFor } from "../../receive/proof.ts";
import { readEach } from "../../settings.ts";
import { HELP, type ProofOptions, readOptions } from "./options.ts";

/** @returns the exit code */
function prove({ jobId, operation, url }: ProofOptions): number {
	readEnvFile();
	const { settings, faulty } = readEach(process.env);
	const { WEBHOOK_SECRET: secret, WEBHOOK_BASE_URL: base } = settings;
	const needed = url
		? ["WEBHOOK_SECRET", "WEBHOOK_BASE_URL"]
		: ["WEBHOOK_SECRET"];
	const wrong = [...faulty].filter((name) => needed.includes(name));
	if (wrong.length > 0) {
		console.error(
			`These settings are wrong: ${wrong.join(", ")}. npm run doctor says how.`,
		);
		return 1;
	}
	if (secret === undefined) {
		console.error(
			"WEBHOOK_SECRET is not set, so no webhook needs a token. Make one with `openssl rand -hex 32`, and set it here, at the program and at whoever submits jobs.",
		);
		return 1;
	}
	if (url && base === undefined) {
		console.error(
			"--url wants WEBHOOK_BASE_URL: where NCA reaches the program",
		);
		return 1;
	}
	const token = tokenFor(secret, jobId, operation);
	const query = new URLSearchParams({ job_id: jobId, operation, token });
	console.log(url ? `${base}/webhooks/nca-toolkit?${query}` : token);
	return 0;
}

process.exitCode = await runAsked(
	{ name: "proof", help: HELP },
	readOptions(process.argv.slice(2)),
	prove,
);
