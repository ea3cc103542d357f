import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post, type TestJob } from "../jobs.ts";
import { startStandIns } from "../process/stand-ins.ts";
import { temporaryFolder } from "../set-up.ts";

const MB = 1024 * 1024;
const patience = { timeout: 30_000, interval: 50 };

/** A disk of 8 MB of its own, where this machine lets us have one. */
function mountDisk(): string | null {
	const dir = temporaryFolder();
	try {
		const to = ["-t", "tmpfs", "-o", "size=8m", "tmpfs", dir];
		execFileSync("mount", to, { stdio: "ignore" });
	} catch {
		return null;
	}
	onTestFinished(() => void execFileSync("umount", ["--lazy", dir]));
	return dir;
}

test("a disk that fills up and is writable again loses no acknowledged webhook, and what is refused is in the log", async ({
	skip,
}) => {
	const dir = mountDisk();
	if (dir === null) return skip("this machine lets us mount no disk");
	const { airtable, spaces, start } = await startStandIns(
		{},
		{ DATA_DIR: dir, ENABLE_JOB_POLLING: "false" },
	);
	const program = await start();
	const send = async (job: TestJob) => {
		const url = spaces.put(job.file, 10);
		const body = composeSuccess(job.id, job.ncaJobId, url);
		const message = "x".repeat(20_000);
		const whole = { ...body, message };
		const { status } = await post(program, `job_id=${job.id}`, whole);
		return { job, status };
	};
	const isCompleted = ({ id }: TestJob) =>
		airtable.get("Jobs", id).Status === "completed";
	// Nothing ends meanwhile, so there is nothing to forget.
	const { promise: over, resolve: letGo } = Promise.withResolvers<void>();
	airtable.fault((_req, _res, next) => void over.then(next));
	const sent: Awaited<ReturnType<typeof send>>[] = [];
	writeFileSync(join(dir, "others"), Buffer.alloc(3 * MB));

	while (sent.filter(({ status }) => status === 503).length < 3)
		sent.push(await send(makeJob({ airtable }, "image_zoom")));
	const full = sent.filter(({ status }) => status === 503);
	letGo();
	const taken = sent.filter(({ status }) => status === 200);
	await vi.waitFor(
		() => expect(taken.every(({ job }) => isCompleted(job))).toBe(true),
		{ ...patience, timeout: 20_000 },
	);
	rmSync(join(dir, "others"));
	const again = await Promise.all(full.map(({ job }) => send(job)));

	expect(taken.length).toBeGreaterThan(20);
	for (const { job } of full)
		expect(program.lines).toContainEqual(
			expect.objectContaining({
				msg: "webhook refused",
				status: 503,
				job_id: job.id,
				query: `job_id=${job.id}`,
				body: expect.stringContaining("x".repeat(20_000)),
			}),
		);
	expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
	await vi.waitFor(
		() => expect(full.every(({ job }) => isCompleted(job))).toBe(true),
		patience,
	);
});
