import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { onTestFinished } from "vitest";
import { watchText } from "../../leaks/watch.ts";

type Mail = { from: string; to: string[]; raw: string };

/** A real SMTP server on loopback that keeps what it is sent. */
export async function startSmtp() {
	const mails: Mail[] = [];
	const waiting: (() => void)[] = [];
	let refused = false;
	const server = new SMTPServer({
		disabledCommands: ["STARTTLS"],
		authOptional: true,
		allowInsecureAuth: true,
		onAuth({ username, password }, _session, done) {
			if (password === "right") done(null, { user: username });
			else done(new Error(`no: ${password}`));
		},
		onRcptTo(address, _session, done) {
			if (refused) done(new Error(`550 ${address.address} is not here`));
			else done();
		},
		onData(stream, { envelope }, done) {
			text(stream).then((raw) => {
				const from = envelope.mailFrom ? envelope.mailFrom.address : "";
				const to = envelope.rcptTo.map(({ address }) => address);
				watchText("mail", raw);
				mails.push({ from, to, raw });
				for (const look of waiting) look();
				done();
			}, done);
		},
	});
	server.on("error", () => {});
	server.listen(0, "127.0.0.1");
	await once(server.server, "listening");
	onTestFinished(
		() => new Promise<void>((resolve) => server.close(() => resolve())),
	);
	const address = server.server.address();
	const port = typeof address === "object" ? address?.port : undefined;
	return {
		url: `smtp://127.0.0.1:${port}`,
		port,
		mails,
		subjects: () => mails.map(({ raw }) => headersOf(raw).get("subject")),
		/** Resolves when it has so many. */
		until: (count: number) =>
			new Promise<void>((resolve) => {
				const look = () => mails.length >= count && resolve();
				waiting.push(look);
				look();
			}),
		/** Whether it refuses every recipient. */
		refuse(all: boolean) {
			refused = all;
		},
	};
}

/** One that takes connections, and says nothing for ever. */
export async function startSilent() {
	const sockets = new Set<Socket>();
	const { promise: called, resolve: call } = Promise.withResolvers<void>();
	const server = createServer((socket) => {
		socket.on("error", () => {});
		sockets.add(socket);
		call();
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const address = server.address();
	const port = typeof address === "object" ? address?.port : undefined;
	return {
		url: `smtp://127.0.0.1:${port}`,
		/** Resolves when somebody has connected. */
		called,
	};
}

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	const port = typeof address === "object" ? address?.port : undefined;
	server.close();
	await once(server, "close");
	return `127.0.0.1:${port}`;
}

/** By lower-case name, folded lines as one. */
export function headersOf(raw: string): Map<string, string> {
	const [head = ""] = raw.split("\r\n\r\n");
	const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
	return new Map(
		lines.map((line) => {
			const [name = "", value = ""] = line.split(/:\s*(.*)/s);
			return [name.toLowerCase(), value];
		}),
	);
}

/** The text of a mail, with its quoted-printable undone. */
export function textOf(raw: string): string {
	const text = raw.slice(raw.indexOf("\r\n\r\n") + 4).replace(/=\r\n/g, "");
	const bytes = text.replace(/=([0-9A-F]{2})/g, (_all, hex) =>
		String.fromCharCode(Number.parseInt(hex, 16)),
	);
	return Buffer.from(bytes, "latin1").toString().replaceAll("\r\n", "\n");
}
