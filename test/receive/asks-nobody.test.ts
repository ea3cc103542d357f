import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post, waitOut } from "../jobs.ts";
import { MINUTE, setUpWithNca } from "../set-up.ts";

/** A host that a stranger names, and that is never to hear of it. */
async function canary() {
	const heard: string[] = [];
	const server = createServer((req, res) => {
		heard.push(`${req.method} ${req.url}`);
		res.end("{}");
	});
	server.on("connection", () => heard.push("connected"));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, heard };
}

test("no host is asked that a webhook, a record, or an answer names", async () => {
	const { url, heard } = await canary();
	const bench = await setUpWithNca();
	const { airtable, nca, spaces, poll } = bench;
	const job = makeJob(bench, "combine", {
		"Webhook URL": `${url}/webhooks/nca-toolkit?operation=combine`,
	});
	const file = `${url}/${job.file}`;
	const success = composeSuccess(job.id, job.ncaJobId, file);
	const { host } = new URL(url);
	const bodies = [
		success,
		{ ...success, endpoint: url, webhook_url: url },
		{ ...success, response: `${spaces.base}@${host}/${job.file}` },
		{ ...success, response: `//${host}/${job.file}` },
		{ ...success, response: [`${spaces.base}/../${file}`, file] },
		{ code: 500, id: job.id, job_id: url, message: `see ${file}` },
	];
	for (const [nth, body] of bodies.entries())
		await post(bench, `job_id=${job.id}&url=${file}&n=${nth}`, body).set({
			Host: host,
			Origin: url,
			"X-Forwarded-Host": host,
		});
	nca.say(job.ncaJobId, "done", { ...success, code: 200 });
	await waitOut(bench, 6 * MINUTE);
	await poll.round({ all: true });

	// And NCA sends it on.
	nca.fault((_req, res) => res.redirect(file));
	await poll.round({ all: true });
	await waitOut(bench, MINUTE);

	expect(heard).toEqual([]);
	expect(airtable.get("Jobs", job.id).Status).toBe("processing");
});
