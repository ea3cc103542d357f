import { setUp } from "../../set-up.ts";
import { startSmtp } from "./smtp.ts";

/** The whole program, with a mail server; it looks when it is told to. */
export async function setUpMailed(
	env: Record<string, string> = {},
	...schema: [Parameters<typeof setUp>[1]?]
) {
	const smtp = await startSmtp();
	const bench = await setUp(
		{
			ALERT_EMAIL: "people@example.com",
			SMTP_URL: smtp.url,
			ENABLE_JOB_POLLING: "false",
			...env,
		},
		...schema,
	);
	return {
		...bench,
		smtp,
		/** The mails about this since the last time, as `opened`. */
		async mailed(title: string): Promise<string[]> {
			await bench.alerts.look();
			const prefix = "[nca-webhooks] ";
			return smtp
				.subjects()
				.filter((subject) => subject?.endsWith(`: ${title}`))
				.map(
					(subject = "") => subject.slice(prefix.length).split(":")[0] ?? "",
				);
		},
	};
}
