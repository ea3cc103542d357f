import type { Finding } from "./check.ts";
import { broken, ok, warning } from "./verdict.ts";

type Needs = {
	url: string | undefined;
	to: string | undefined;
	/** Connects and signs in, and sends nothing. @throws with a word for the fault */
	verify: (url: string) => Promise<void>;
};

const CHECK = "SMTP_URL";

/** Whether the mail server takes our sign-in. No mail is sent. */
export async function examineSmtp({
	url,
	to,
	verify,
}: Needs): Promise<Finding[]> {
	if (url === undefined)
		return [
			to === undefined
				? ok(CHECK, "not set: no mail is sent")
				: warning(
						CHECK,
						"not set, though ALERT_EMAIL is: no mail is sent",
						"Set it",
					),
		];
	const unheard =
		to === undefined
			? [
					warning(
						"ALERT_EMAIL",
						"not set: no mail is sent",
						"Set it to who is to be told",
					),
				]
			: [];
	try {
		await verify(url);
		return [...unheard, ok(CHECK, "the server takes our sign-in")];
	} catch (error) {
		const why = error instanceof Error ? error.message : "unknown fault";
		return [
			...unheard,
			broken(
				CHECK,
				`no mail can be sent: ${why}`,
				"Mend SMTP_URL: smtps:// for port 465, smtp:// for 587, user and password percent-encoded",
			),
		];
	}
}
