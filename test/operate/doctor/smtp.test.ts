import { expect, test } from "vitest";
import { examineSmtp } from "../../../src/operate/doctor/smtp.ts";

const SERVER = "smtp://someone:password@127.0.0.1:25";
const TO = "operators@example.com";
type Verify = Parameters<typeof examineSmtp>[0]["verify"];
const accepts: Verify = async () => true;
const refuses: Verify = async () => {
	throw Object.assign(new Error("535 password?"), { code: "EAUTH" });
};

test.each<[string, string | undefined, string | undefined, Verify, string[][]]>(
	[
		["that takes our sign-in", SERVER, TO, accepts, [["SMTP_URL", "ok"]]],
		["that refuses it", SERVER, TO, refuses, [["SMTP_URL", "broken"]]],
		["that nobody asks", SERVER, TO, null, [["SMTP_URL", "unknown"]]],
		["that is not set", undefined, undefined, null, [["SMTP_URL", "ok"]]],
		["that mails want", undefined, TO, null, [["SMTP_URL", "warning"]]],
		[
			"that mails nobody",
			SERVER,
			undefined,
			accepts,
			[
				["ALERT_EMAIL", "warning"],
				["SMTP_URL", "ok"],
			],
		],
	],
)("a mail server %s is told so", async (_, url, to, verify, wanted) => {
	const findings = await examineSmtp({ url, to, verify });

	expect(findings.map(({ check, state }) => [check, state])).toEqual(wanted);
	expect(JSON.stringify(findings)).not.toContain("password?");
});
