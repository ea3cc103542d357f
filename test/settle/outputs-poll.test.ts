import { describe, expect, test } from "vitest";
import { payloadOf, post, waitOut } from "../jobs.ts";
import { MINUTE, setUp, setUpWithNca } from "../set-up.ts";
import { outcomeOf } from "./learn.ts";
import { makePlainJob } from "./outputs.ts";

const COMPOSED = "mp4 mov mkv webm gif jpg png mp3 wav".split(" ");

/** What each endpoint that makes one file calls it, by the `endpoint` of its webhook; build 209. */
const ONE_FILE: readonly (readonly [endpoint: string, name: string])[] = [
	...COMPOSED.map(
		(extension) =>
			["/v1/ffmpeg/compose", `{id}_output_0.${extension}`] as const,
	),
	["/v1/video/concatenate", "{id}.mp4"],
	["/v1/audio/concatenate", "{id}.mp3"],
	["/v1/video/caption", "{id}_captioned.mp4"],
	["/v1/video/trim", "{id}_output.mp4"],
	["/v1/video/cut", "{id}_output.mov"],
	["/v1/video/thumbnail", "{id}_thumbnail.jpg"],
	["/v1/image/convert/video", "{id}.mp4"],
	["/v1/image/screenshot/webpage", "{id}_screenshot.png"],
	["/v1/image/screenshot/webpage", "{id}_screenshot.jpeg"],
	["/v1/media/convert", "{id}.webm"],
	["/v1/media/convert", "{id}.wav"],
	["/v1/media/transform/mp3", "{id}.mp3"],
	["/v1/media/generate/ass", "{id}.ass"],
	["/combine-videos", "{id}.mp4"],
	["/image-to-video", "{id}.mp4"],
	["/audio-mixing", "{id}.mp4"],
	["/media-to-mp3", "{id}.mp3"],
	["/caption-video", "{id}_captioned.mp4"],
];

describe("of a job of no known operation, whose webhook was lost, the poller finds the file", () => {
	test.each(ONE_FILE)("of %s, %s", async (_endpoint, pattern) => {
		const bench = await setUp();
		const job = makePlainJob(bench);
		const url = bench.spaces.put(pattern.replace("{id}", job.ncaJobId), 10);

		const report = await bench.poll.round();
		await bench.drain.once();

		expect(report).toMatchObject({ checked: 1, recovered: 1 });
		expect(outcomeOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id)).toMatchObject({
			via: "polling",
			output_urls: [url],
		});
	});

	test("that has a name of its own, once NCA tells it", async () => {
		const bench = await setUpWithNca();
		const job = makePlainJob(bench);
		const url = bench.spaces.put("My holidays, part 2.mp4", 10);
		await bench.poll.round({ all: true });
		await bench.drain.once();
		expect(outcomeOf(bench, job).Status).toBe("processing");

		bench.nca.say(job.ncaJobId, "done", {
			endpoint: "/v1/media/download",
			code: 200,
			job_id: job.ncaJobId,
			response: { media: { media_url: url, title: "My holidays, part 2" } },
		});
		await bench.poll.round({ all: true });
		await bench.drain.once();

		expect(payloadOf(bench, job.id)).toMatchObject({
			via: "nca_status",
			output_urls: [url],
		});
	});
});

describe("the endpoint that a webhook has named says under which names the poller looks", () => {
	/** A webhook came, before its file; it has been parked since. */
	async function named(endpoint: string | undefined, name: string) {
		const bench = await setUp();
		const job = makePlainJob(bench);
		const file = name.replace("{id}", job.ncaJobId);
		await post(bench, `job_id=${job.id}`, {
			endpoint,
			code: 200,
			job_id: job.ncaJobId,
			response: `${bench.spaces.base}/${file}`,
		}).expect(200);
		await waitOut(bench, 6 * MINUTE);
		bench.spaces.heads.length = 0;
		return { bench, job, file };
	}

	const OWN: readonly (readonly [string, name: string, own: RegExp])[] = [
		["/v1/ffmpeg/compose", "_output_0.webm", /^_output_0\.\w+$/],
		["/v1/video/concatenate", ".mp4", /^\.mp4$/],
		["/v1/audio/concatenate", ".mp3", /^\.mp3$/],
		["/v1/video/caption", "_captioned.mp4", /^_captioned\.mp4$/],
		["/v1/video/trim", "_output.mp4", /^_output\.\w+$/],
		["/v1/video/cut", "_output.mov", /^_output\.\w+$/],
		["/v1/video/thumbnail", "_thumbnail.jpg", /^_thumbnail\.jpg$/],
		["/v1/image/convert/video", ".mp4", /^\.mp4$/],
		["/v1/image/screenshot/webpage", "_screenshot.png", /^_screenshot\.\w+$/],
		["/v1/media/convert", ".webm", /^\.\w+$/],
		["/v1/media/transform/mp3", ".mp3", /^\.mp3$/],
		["/v1/media/generate/ass", ".ass", /^\.ass$/],
		["/extract-keyframes", "_001.jpg", /^_\d+\.jpg$/],
	];

	test.each(OWN)("%s: %s", async (endpoint, name, own) => {
		const { bench, job, file } = await named(endpoint, `{id}${name}`);
		const other = endpoint.endsWith("/caption") ? ".ass" : "_captioned.mp4";
		bench.spaces.put(`${job.ncaJobId}${other}`, 10);

		const report = await bench.poll.round({ all: true });

		expect(report).toMatchObject({ checked: 1, waiting: 1 });
		expect(bench.spaces.heads).toContain(file);
		for (const looked of bench.spaces.heads)
			expect(looked.replace(job.ncaJobId, "")).toMatch(own);
	});

	test.each([undefined, "/v2/something/new", "__proto__", "constructor"])(
		"one that is not known says nothing: %s",
		async (endpoint) => {
			const { bench, job } = await named(endpoint, "{id}_new.mp4");

			bench.spaces.put(`${job.ncaJobId}_captioned.mp4`, 10);
			const report = await bench.poll.round({ all: true });

			expect(report).toMatchObject({ recovered: 1 });
		},
	);

	test("one of a webhook that cannot be believed says nothing", async () => {
		const bench = await setUp();
		const job = makePlainJob(bench);
		await post(bench, `job_id=${job.id}`, {
			endpoint: "/v1/media/generate/ass",
			code: 500,
			message: "no space left",
		});
		await waitOut(bench, 6 * MINUTE);

		bench.spaces.put(`${job.ncaJobId}_captioned.mp4`, 10);
		const report = await bench.poll.round({ all: true });

		expect(report).toMatchObject({ recovered: 1 });
	});
});
