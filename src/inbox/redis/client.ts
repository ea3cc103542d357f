import { createHash } from "node:crypto";
import { Redis as Client } from "ioredis";
import { DEADLINE_MS, translated, wordOf } from "./faults.ts";

/** What a key must hold for a commit to be made; null: it must not be there. */
export type Check = { key: string; value: string | null };
/** A command's name and its arguments. */
export type Command = readonly [string, ...Argument[]];
type Argument = string | number | Buffer;

/** One Redis, and the scripts that are run there. Every method throws Transient where Redis does not do it within 2 s. */
export type Redis = {
	call<T>(...command: Command): Promise<T>;
	/** Many values at once, as bytes; null where there is none. */
	bytes(keys: readonly string[]): Promise<(Buffer | null)[]>;
	/** All of the commands if every check holds, else none. @returns the first check that did not hold */
	commit(
		checks: readonly Check[],
		commands: readonly Command[],
	): Promise<Check | null>;
	/** A script of Lua, as a function of its arguments. */
	script<T>(lua: string): (...args: readonly (string | number)[]) => Promise<T>;
	/** Calls back at each message of a channel; what is said while the connection is down is missed. */
	listen(channel: string, heard: () => void): void;
	/** Calls back whenever there is a connection again; at once where there is one. */
	onReady(ready: () => void): void;
	close(): void;
};

type Needs = {
	/** `redis://` or `rediss://`, with user, password and database. */
	url: string;
	/** A connection was lost, or could not be made: each time. */
	onFault: (why: string) => void;
};

/** Longest wait between two tries to connect, ms. */
const LONGEST_WAIT_MS = 1_000;

/** Reads first, then writes: so a script that was begun is carried out whole. */
const COMMIT = `
	local at = 0
	local function nextArgument()
		at = at + 1
		return ARGV[at]
	end
	for check = 1, tonumber(nextArgument()) do
		local key, wanted = nextArgument(), nextArgument()
		if (redis.call('GET', key) or '') ~= wanted then return check end
	end
	while at < #ARGV do
		local length = tonumber(nextArgument())
		redis.call(unpack(ARGV, at + 1, at + length))
		at = at + length
	end
	return 0`;

/**
 * Connects, and connects again whenever the connection is lost; what is asked meanwhile fails at once, since the sender
 * of a webhook waits for its answer.
 */
export function openRedis({ url, onFault }: Needs): Redis {
	const client = new Client(url, {
		lazyConnect: true,
		connectTimeout: DEADLINE_MS,
		commandTimeout: DEADLINE_MS,
		// A connection that is dead without a word.
		socketTimeout: 2 * DEADLINE_MS,
		enableOfflineQueue: false,
		// What was under way when the connection broke fails: it must not be done after its sender was told so.
		maxRetriesPerRequest: 0,
		autoResendUnfulfilledCommands: false,
		retryStrategy: (times) => Math.min(times * 50, LONGEST_WAIT_MS),
		// A replica that was promised to be the primary: find the one that is.
		reconnectOnError: ({ message }) => message.startsWith("READONLY"),
	});
	const commit = define<number>(client, COMMIT);
	let listener: Client | undefined;
	let closing = false;
	client.on("error", (error) => onFault(wordOf(error)));
	client.on("close", () => {
		if (!closing) onFault("the connection was closed");
	});
	client.connect().catch(() => {});

	return {
		call: <T>(...[name, ...rest]: Command) =>
			translated(client.call(name, ...rest)) as Promise<T>,
		async bytes(keys) {
			return keys.length === 0 ? [] : translated(client.mgetBuffer(...keys));
		},
		async commit(checks, commands) {
			const failed = await commit(
				checks.length,
				// As lists, since a call takes only so many arguments.
				checks.flatMap(({ key, value }) => [key, value ?? ""]),
				commands.flatMap((command) => [command.length, ...command]),
			);
			return checks[failed - 1] ?? null;
		},
		script: (lua) => define(client, lua),
		listen(channel, heard) {
			listener = listenOn(client, channel, heard, () => closing);
		},
		onReady(ready) {
			client.on("ready", ready);
			if (client.status === "ready") ready();
		},
		close() {
			closing = true;
			listener?.disconnect();
			client.disconnect();
		},
	};
}

/** A connection of its own, since one that listens can do nothing else. */
function listenOn(
	client: Client,
	channel: string,
	heard: () => void,
	isClosing: () => boolean,
): Client {
	const ears = client.duplicate({
		// What its own subscribing again meets, nobody catches: the program would crash.
		autoResubscribe: false,
	});
	ears.on("error", () => {});
	ears.on("message", heard);
	ears.on("ready", () => {
		// What was said before is not heard.
		ears.subscribe(channel).then(heard, () => {
			if (!isClosing()) ears.disconnect(true);
		});
	});
	ears.connect().catch(() => {});
	return ears;
}

/** Redis is sent a script once, and then its hash. Keys are named in its text: one Redis, no cluster. */
function define<T>(client: Client, lua: string) {
	const name = `script-${createHash("sha1").update(lua).digest("hex")}`;
	client.defineCommand(name, { lua, numberOfKeys: 0 });
	// ioredis makes a method of each script.
	const scripts = client as unknown as Record<
		string,
		(...args: unknown[]) => Promise<T>
	>;
	return (...args: readonly (Argument | readonly Argument[])[]): Promise<T> =>
		translated(scripts[name]?.(...args) ?? Promise.reject(new Error(name)));
}
