import { makeJob, type TestJob } from "../jobs.ts";
import type { SetUp } from "../set-up.ts";

/** A job of ours whose operation has no target: what NCA made, the job's own record alone tells. */
export function makePlainJob(bench: SetUp, ageMs?: number): TestJob {
	const url = "https://engine.example/webhooks/nca-toolkit?operation=special";
	return makeJob(bench, "combine", { "Webhook URL": url }, ageMs);
}

/** How an endpoint of the toolkit tells of several files. */
export type Several = {
	endpoint: string;
	/** `{id}` being NCA's job id. */
	names: readonly string[];
	response: (urls: readonly string[]) => unknown;
};

const listOf = (urls: readonly string[]) =>
	urls.map((file_url) => ({ file_url }));

export const several: readonly Several[] = [
	{
		endpoint: "/v1/video/split",
		names: ["{id}_split_1.mp4", "{id}_split_2.mp4", "{id}_split_3.mp4"],
		response: listOf,
	},
	{
		endpoint: "/v1/transcribe/media",
		names: ["{id}.txt", "{id}.srt", "{id}.json"],
		response: ([text_url, srt_url, segments_url]) => ({
			text: null,
			srt: null,
			segments: null,
			text_url,
			srt_url,
			segments_url,
		}),
	},
	{
		endpoint: "/extract-keyframes",
		names: ["{id}_001.jpg", "{id}_002.jpg", "{id}_003.jpg"],
		response: (urls) => ({
			image_urls: urls.map((image_url) => ({ image_url })),
		}),
	},
];

export const composed: Several = {
	endpoint: "/v1/ffmpeg/compose",
	names: ["{id}_output_0.mp4", "{id}_output_1.mp4", "{id}_output_2.mp4"],
	response: listOf,
};

/** The names of a job's files. */
export function namesOf({ names }: Several, { ncaJobId }: TestJob): string[] {
	return names.map((name) => name.replace("{id}", ncaJobId));
}

/** NCA's body of a success that names these. */
export function bodyOf(
	{ endpoint, response }: Several,
	{ id, ncaJobId }: TestJob,
	urls: readonly string[],
) {
	return {
		endpoint,
		code: 200,
		id,
		job_id: ncaJobId,
		response: response(urls),
		message: "success",
		run_time: 3.1,
		queue_time: 0.001,
		build_number: 209,
	};
}
