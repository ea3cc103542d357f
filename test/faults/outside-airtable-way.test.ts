import { expect, test } from "vitest";
import { post } from "../jobs.ts";
import { startProgram } from "../poll/rounds.ts";
import { startBucket } from "../probe/bucket.ts";
import { temporaryFolder } from "../set-up.ts";
import { type Fault, json, redirect } from "./outside/answers.ts";
import { startWorld } from "./outside/campaign.ts";
import { startDoor } from "./outside/door.ts";
import { bodyOf, isSettled, makeTrueJob } from "./outside/jobs.ts";
import { ALL_RIGHT, verify } from "./outside/verify.ts";

const MINUTE = 60_000;

test("Airtable is gone for two minutes, twice, and comes back at the same place", async () => {
	const door = await startDoor();
	const world = await startWorld(undefined, {
		AIRTABLE_ENDPOINT_URL: door.url,
	});
	door.leadTo(world.airtable.url);
	await world.live(2, MINUTE / 6);

	for (let times = 0; times < 2; times += 1) {
		await door.shut();
		await world.live(6, MINUTE / 3);
		await door.open();
		await world.live(2, MINUTE);
	}
	await world.recover();

	expect(await verify(world)).toMatchObject(ALL_RIGHT);
	const [paused] = world.said("drain paused");
	expect(paused).toMatchObject({ fault: "CONNECTION_ERROR" });
});

test.each([302, 307])(
	"nothing is sent where a %i of Airtable's leads, and nothing from there is believed",
	async (status) => {
		const elsewhere = await startBucket((res) => {
			res.writeHead(200, { "Content-Type": "application/json" });
			res.end('{"records":[]}');
		});
		const world = await startWorld();
		world.fail.airtable(redirect(status, elsewhere.object("x").url));
		await world.live(4, MINUTE / 2);
		expect(world.said("drain paused")).toMatchObject([{ status }]);
		world.fail.airtable(null);

		await world.recover();

		expect(elsewhere.asked).toEqual([]);
		expect(await verify(world)).toMatchObject(ALL_RIGHT);
	},
);

test.each([
	[413, { error: { type: "REQUEST_TOO_LARGE" } }],
	[422, { error: { type: "INVALID_VALUE_FOR_COLUMN", message: "no" } }],
])(
	"a %i for one record of each batch keeps that one back, and the others pass",
	async (status, body) => {
		const world = await startWorld();
		const bad = world.make("completed");
		const refuse: Fault = (req, res, next) => {
			const records: { id: string }[] = req.body?.records ?? [];
			if (records.some(({ id }) => id === bad.targetId))
				json(status, body)(req, res, next);
			else next();
		};
		world.fail.airtable(refuse);
		const answer = await post(world, `job_id=${bad.id}`, bodyOf(world, bad));
		for (let nth = 0; nth < 24; nth += 1) await world.webhook();
		await world.live(3, MINUTE);
		const good = world.sent.map(({ job }) => isSettled(world, job));
		const during = await world.inbox.get(answer.body.delivery_id);
		world.fail.airtable(null);
		await world.recover();
		world.clock.advance(15 * MINUTE);
		await world.work();

		expect(good).not.toContain(false);
		expect(during?.state).toBe("retry");
		expect(isSettled(world, bad)).toBe(true);
		expect(await verify(world)).toMatchObject(ALL_RIGHT);
	},
);

test.each([
	["a name that nobody knows", () => "http://airtable.invalid"],
	["what speaks no TLS", (url: string) => url.replace("http:", "https:")],
])(
	"while the address is %s webhooks are kept, and written when it is mended",
	async (_what, astray) => {
		const world = await startWorld();
		const DATA_DIR = temporaryFolder();
		const lost = await startProgram(world, {
			DATA_DIR,
			AIRTABLE_ENDPOINT_URL: astray(world.airtable.url),
		});
		const jobs = [0, 1, 2, 3].map((nth) =>
			makeTrueJob(world, nth, "completed"),
		);
		for (const job of jobs) {
			world.audit.know(job);
			const { status } = await post(
				lost,
				`job_id=${job.id}`,
				bodyOf(world, job),
			);
			expect(status).toBe(200);
		}
		for (let nth = 0; nth < 3; nth += 1) {
			await lost.drain.once();
			world.clock.advance(MINUTE);
		}
		expect(lost.said("drain paused")).toMatchObject([
			{ fault: "CONNECTION_ERROR" },
		]);
		lost.close();

		const mended = await startProgram(world, { DATA_DIR });
		world.clock.advance(2 * MINUTE);
		await mended.drain.once();

		expect(jobs.map((job) => isSettled(world, job))).not.toContain(false);
		expect(world.audit).toMatchObject({ wrong: [], twice: [] });
	},
);
