import { z } from "zod";

const string = z.string().nullish();
const object = z.record(z.string(), z.unknown());
const said = z
	.union([z.string(), object])
	.nullish()
	.describe("text, or an object that holds it as `error` or `message`");
const file = string.describe("where `response` names no file");

/** Every shape that NCA sends; `readWebhook` takes others too, and passes over what is of another type. */
export const ncaBody = z.looseObject({
	code: z
		.union([z.int(), z.string()])
		.nullish()
		.describe("200: completed; 400 and more: failed; another: no verdict"),
	status: string.describe(
		"where there is no `code`: completed, complete, success, succeeded or done; failed, failure or error",
	),
	id: string.describe("the record's id, where the query has no `job_id`"),
	job_id: string.describe("NCA's own id for the run"),
	response: z
		.union([z.string(), object, z.array(z.unknown())])
		.nullish()
		.describe(
			"an URL, an object or a list of either; an object names its file as `file_url`, `output_url`, `url` or `media.media_url`, several as `text_url`, `srt_url`, `segments_url` and `image_urls`",
		),
	file_url: file,
	output_url: file,
	url: file,
	message: said,
	error: said,
	endpoint: string.describe("NCA's route"),
	queue_time: z.number().nullish().describe("seconds"),
	run_time: z.number().nullish().describe("seconds"),
	test: z.boolean().optional().describe("true: recorded, and nothing else"),
});

const text = z.string().optional();
/** What its URL says of the job; the token is no parameter, but a proof. */
export const ncaQuery = z.object({
	job_id: text.describe("the record's id"),
	operation: text.describe(
		"combine, image_zoom, concatenate, add_music, or another",
	),
	target_id: text.describe("the segment's record"),
	video_id: text.describe("the video's record"),
});
