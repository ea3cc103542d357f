import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real Redis of our own on loopback, whose acknowledgement is durable. */
export type RedisServer = {
	url: string;
	/** Of the process that runs now, or ran last. */
	readonly pid: number;
	/** Ends it, as a crash would, and starts it again on the same port with what it kept. */
	restart(): Promise<void>;
	/** Ends it, as a crash would. */
	kill(): Promise<void>;
	start(): Promise<void>;
	/** Ends it, and forgets what it kept. */
	close(): Promise<void>;
};

/** @returns null where this machine has no redis-server */
export async function startRedis(
	settings: readonly string[] = [],
): Promise<RedisServer | null> {
	const dir = mkdtempSync(join(tmpdir(), "nca-webhooks-redis-"));
	const port = await freePort();
	const args = [
		...["--port", String(port), "--bind", "127.0.0.1", "--dir", dir],
		...["--appendonly", "yes", "--appendfsync", "always", "--save", ""],
		...settings,
	];
	let child = await run(args);
	if (child === null) {
		rmSync(dir, { recursive: true });
		return null;
	}

	async function kill(): Promise<void> {
		const exited = new Promise((resolve) => child?.once("exit", resolve));
		if (child?.exitCode !== null || child.signalCode !== null) return;
		child.kill("SIGKILL");
		await exited;
	}

	async function start(): Promise<void> {
		child = await run(args);
	}

	return {
		url: `redis://127.0.0.1:${port}`,
		get pid() {
			return child?.pid as number;
		},
		kill,
		start,
		async restart() {
			await kill();
			await start();
		},
		async close() {
			await kill();
			rmSync(dir, { recursive: true, force: true });
		},
	};
}

/** @returns the process once it takes connections; null where there is no such command */
function run(args: readonly string[]): Promise<ChildProcess | null> {
	const child = spawn("redis-server", args, {
		stdio: ["ignore", "pipe", "inherit"],
	});
	return new Promise((resolve, reject) => {
		let said = "";
		child.once("error", (error: NodeJS.ErrnoException) =>
			error.code === "ENOENT" ? resolve(null) : reject(error),
		);
		child.once("exit", (code) =>
			reject(new Error(`redis-server ended with ${code}: ${said}`)),
		);
		child.stdout.on("data", (chunk) => {
			said += chunk;
			if (said.includes("Ready to accept connections")) resolve(child);
		});
	});
}

/** Nothing listens there now; Redis takes no port 0. */
function freePort(): Promise<number> {
	const server = createServer();
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
}
