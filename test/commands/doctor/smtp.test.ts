import { expect, test } from "vitest";
import { examineSmtp } from "../../../src/commands/doctor/smtp.ts";
import { verifyMail } from "../../../src/monitor/alerts/mail.ts";
import { nobody, startSmtp } from "../../monitor/alerts/smtp.ts";

const TO = "operators@example.com";
const verify = (url: string) => verifyMail(url, 5_000);

test("a mail server that takes the sign-in is well, and is sent nothing", async () => {
	const { port, mails } = await startSmtp();
	const url = `smtp://someone:right@127.0.0.1:${port}`;

	const findings = await examineSmtp({ url, to: TO, verify });

	expect(findings).toMatchObject([{ check: "SMTP_URL", state: "ok" }]);
	expect(mails).toEqual([]);
});

test("a mail server that refuses the sign-in is named, without the password", async () => {
	const { port } = await startSmtp();
	const url = `smtp://someone:wrong-one@127.0.0.1:${port}`;

	const findings = await examineSmtp({ url, to: TO, verify });

	expect(findings).toMatchObject([
		{ state: "broken", found: "no mail can be sent: EAUTH 535" },
	]);
	expect(findings[0]?.remedy).toMatch(/user and password/);
	expect(JSON.stringify(findings)).not.toContain("wrong-one");
});

test("a mail server that is not there is named", async () => {
	const url = `smtp://${await nobody()}`;

	const findings = await examineSmtp({ url, to: TO, verify });

	expect(findings).toMatchObject([{ state: "broken" }]);
});

test("half a setting is named: an address without a server, a server without an address", async () => {
	const { url } = await startSmtp();

	const withoutServer = await examineSmtp({ url: undefined, to: TO, verify });
	const withoutAddress = await examineSmtp({ url, to: undefined, verify });

	expect(withoutServer).toMatchObject([
		{ check: "SMTP_URL", state: "warning" },
	]);
	expect(withoutAddress).toMatchObject([
		{ check: "ALERT_EMAIL", state: "warning" },
		{ check: "SMTP_URL", state: "ok" },
	]);
});

test("where no mail is wanted, nothing is missing", async () => {
	const findings = await examineSmtp({ url: undefined, to: undefined, verify });

	expect(findings).toMatchObject([{ check: "SMTP_URL", state: "ok" }]);
});
