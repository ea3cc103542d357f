import { flushCompileCache } from "node:module";
import { loadConfig } from "./config.ts";
import { onRootFileSystem, readEnvFile } from "./environment.ts";
import { faultFields, StartError } from "./errors.ts";
import { inertLines } from "./inert.ts";
import { createLog } from "./log.ts";
import { createConceal } from "./secret.ts";
import { type Service, STOP_WITHIN, startService } from "./service.ts";
import { createStdout } from "./stdout.ts";

/** What is shorter could be one of the fixed words of a line. */
const LEAST_SECRET = 12;

async function main(): Promise<void> {
	readEnvFile();
	const config = loadConfig(process.env, onRootFileSystem);
	const log = await createLog({
		level: config.LOG_LEVEL,
		readable: !config.production && process.stdout.isTTY,
		conceal: createConceal(process.env, LEAST_SECRET),
		...createStdout((flush) => process.on("exit", flush)),
	});
	for (const warning of config.warnings) log.warn({}, warning);

	for (const event of ["uncaughtException", "unhandledRejection"]) {
		process.on(event, (error) => {
			// What was acknowledged is on disk; a process in an unknown state is not to go on with it.
			log.fatal(faultFields(error), "crashed");
			process.exit(1);
		});
	}

	let service: Service | undefined;
	let stopping = false;
	for (const signal of ["SIGTERM", "SIGINT"] as const) {
		process.on(signal, async () => {
			// A launcher may pass on what the whole group has had already.
			if (stopping) return;
			stopping = true;
			log.info({ signal }, "stopping");
			// All that is acknowledged is on disk, so being late costs nothing but a second look.
			setTimeout(() => {
				log.warn({ ms: STOP_WITHIN }, "stopped late");
				process.exit(0);
			}, STOP_WITHIN).unref();
			await service?.stop();
			log.info({}, "stopped");
			process.exit(0);
		});
	}

	service = await startService(config, log);
	// A process that is killed would keep nothing for the next start.
	flushCompileCache();
	log.info(
		{ url: service.url, pid: process.pid, node: process.version },
		"started",
	);
}

/** Never the error itself: Node would print all that hangs on it, such as the command that a Redis refused. */
function complaintOf(error: unknown): string {
	const { why, stack = why } = faultFields(error);
	const text = String(error instanceof StartError ? why : stack);
	const conceal = createConceal(process.env, LEAST_SECRET);
	return inertLines(conceal(text));
}

main().catch((error: unknown) => {
	console.error(complaintOf(error));
	process.exit(1);
});
