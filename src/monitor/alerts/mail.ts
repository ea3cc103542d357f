import { createTransport } from "nodemailer";
import { type Channel, inWords, type Notice } from "./notice.ts";

type Needs = {
	/** SMTP_URL, with its password. */
	url: string;
	from: string;
	to: string;
	/** For each step of the conversation, ms. */
	deadlineMs: number;
};

/** Tells by mail, over a connection for each. */
export function createMail({ url, from, to, deadlineMs }: Needs): Channel {
	const transport = transportTo(url, deadlineMs);

	return {
		name: "mail",
		async send(notice, signal) {
			try {
				await transport.sendMail({
					from,
					to,
					// Fixed words alone: who reads them by machine relies on them.
					subject: `[nca-webhooks] ${notice.event}: ${notice.title}`,
					text: textOf(notice),
					// Nobody's holiday notice is to answer.
					headers: { "Auto-Submitted": "auto-generated" },
					signal,
				});
			} catch (error) {
				throw new Error(faultOf(error));
			}
		},
	};
}

/** Signs in, and sends nothing. @param deadlineMs for each step @throws with a word for the fault */
export async function verifyMail(
	url: string,
	deadlineMs: number,
): Promise<void> {
	try {
		await transportTo(url, deadlineMs).verify();
	} catch (error) {
		throw new Error(faultOf(error));
	}
}

function transportTo(url: string, deadlineMs: number) {
	return createTransport({
		url,
		dnsTimeout: deadlineMs,
		connectionTimeout: deadlineMs,
		greetingTimeout: deadlineMs,
		socketTimeout: deadlineMs,
	});
}

function textOf(notice: Notice): string {
	const { event, title, since, at, details, meaning, remedy, links } = notice;
	const resolved = event === "resolved";
	const began = new Date(since).toISOString();
	const age = inWords(at - since);
	return [
		`${title}: ${event}`,
		...(details && !resolved ? [`What: ${details}`] : []),
		resolved
			? `From ${began} to ${new Date(at).toISOString()}, ${age}`
			: `Since: ${began}, ${age} ago`,
		...(resolved ? [] : [`What it means: ${meaning}`, `What to do: ${remedy}`]),
		...links,
		"",
	].join("\n\n");
}

/** A word for the fault; what the server says, or the error holds, may repeat what it was sent. */
function faultOf(error: unknown): string {
	if (!(error instanceof Error)) return "unknown fault";
	const word = (name: string): string[] => {
		const value: unknown = Reflect.get(error, name);
		return ["string", "number"].includes(typeof value) ? [`${value}`] : [];
	};
	return [...word("code"), ...word("responseCode")].join(" ") || error.name;
}
