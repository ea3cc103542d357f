import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { onTestFinished } from "vitest";
import { tokenFor } from "../../src/receive/proof.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, post, type TestJob } from "../jobs.ts";
import { HOUR, MINUTE, setUpWithNca } from "../set-up.ts";
import type { Combination } from "./judgement-table.ts";

const WEBHOOK_SECRET = "a secret that is long enough";

const AGES: Record<Combination["age"], number> = {
	young: MINUTE,
	stuck: 7 * MINUTE,
	"old record": 25 * HOUR,
	"seen long": 7 * MINUTE,
};

/** A job of which a combination is so; A, B and C are NCA's ids, as the tables call them. */
export type Subject = TestJob & {
	is: Combination;
	A: string;
	B: string;
	C: string;
};

export type World = Awaited<ReturnType<typeof setUpWorld>>;

/** The whole program, on a bucket whose objects fail one by one, and an NCA that cuts off who asks for some. */
export async function setUpWorld(proved: Combination["proved"]) {
	const bucket = await startBucket();
	const bench = await setUpWithNca({
		SPACES_BASE_URL: bucket.base,
		DATA_DIR: folderInMemory(),
		...(proved === "yes" && { WEBHOOK_SECRET }),
	});
	const unreachable = new Set<string>();
	bench.nca.fault((req, res, next) => {
		if (unreachable.has(req.body?.job_id)) res.destroy();
		else next();
	});
	return { ...bench, bucket, unreachable };
}

/** Its job as the engine leaves it: no file is there, and NCA cannot say anything. */
export function makeSubject(world: World, is: Combination): Subject {
	const job = makeJob(world, "combine", {}, AGES[is.age]);
	world.nca.say(job.ncaJobId, "half-written");
	return { ...job, is, A: job.ncaJobId, B: ncaId(), C: ncaId() };
}

export function bringAbout(world: World, subject: Subject): void {
	setFiles(world, subject);
	setNca(world, subject);
}

function setFiles({ bucket }: World, { is, A, B, C }: Subject): void {
	const cases: Record<Combination["file"], () => void> = {
		there: () => bucket.hold(10, mp4(A), mp4(B)),
		absent: () => {},
		unknown: () => bucket.hold("unknown", mp4(A), mp4(B)),
		empty: () => bucket.hold(0, mp4(A), mp4(B)),
		"another's": () => bucket.hold(10, mp4(C)),
	};
	cases[is.file]();
}

function setNca({ nca, bucket, unreachable }: World, subject: Subject): void {
	const { is, id, A } = subject;
	const mov = `${A}_output_0.mov`;
	const success = (name: string) =>
		composeSuccess(id, A, `${bucket.base}/${name}`);
	const failure = { ...composeFailure(id, A), message: "out of memory" };
	const cases: Record<Combination["nca"], () => void> = {
		done: () => nca.say(A, "done", success(mp4(A))),
		".mov": () => {
			bucket.hold(10, mov);
			nca.say(A, "done", success(mov));
		},
		failed: () => nca.say(A, "done", failure),
		running: () => nca.say(A, "running"),
		"404": () => nca.forget(A),
		"500": () => nca.say(A, "half-written"),
		unreachable: () => unreachable.add(A),
	};
	cases[is.nca]();
}

/** Posts its webhook, if there is one. @returns the answer's status, and the delivery's id */
export async function postWebhook(
	world: World,
	subject: Subject,
): Promise<{ status: number; deliveryId: string } | null> {
	const { is, id } = subject;
	if (is.webhook === "none") return null;
	const query = new URLSearchParams({ job_id: id, operation: "combine" });
	if (is.proved === "yes")
		query.set("token", tokenFor(WEBHOOK_SECRET, id, "combine"));
	const body = bodyOf(world, subject, is.webhook);
	const answer = await post(world, String(query), body);
	return { status: answer.status, deliveryId: answer.body.delivery_id };
}

function bodyOf(
	{ bucket }: World,
	{ is, id, A, B, C }: Subject,
	webhook: Exclude<Combination["webhook"], "none">,
): unknown {
	const named = (run: string) =>
		`${bucket.base}/${mp4(is.file === "another's" ? C : run)}`;
	switch (webhook) {
		case "success":
			return composeSuccess(id, A, named(A));
		case "success B":
			return composeSuccess(id, B, named(B));
		case "failure":
			return composeFailure(id, A);
		case "failure B":
			return composeFailure(id, B);
		case "no verdict":
			return { code: 202, id, job_id: A, message: "processing" };
		case "no file":
			return { ...composeSuccess(id, A, ""), response: [] };
	}
}

const mp4 = (run: string) => `${run}_output_0.mp4`;

/** Where there is such a thing: most of the time would go into making thousands of writes safe on a disk. */
function folderInMemory(): string {
	const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
	const dir = mkdtempSync(join(parent, "nca-webhooks-test-"));
	onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
	return dir;
}

async function startBucket() {
	const objects = new Map<string, number | "unknown">();
	const app = express();
	app.get("/phi-bucket/:name", (req, res) => {
		const size = objects.get(req.params.name);
		if (size === undefined) res.status(403).end();
		else if (size === "unknown") res.status(503).end();
		else res.type("binary/octet-stream").send(Buffer.alloc(size));
	});
	const { url, close } = await serve(app);
	onTestFinished(close);
	return {
		base: `${url}/phi-bucket`,
		/** Has these objects be of so many bytes. */
		hold(size: number | "unknown", ...names: string[]) {
			for (const name of names) objects.set(name, size);
		},
	};
}
