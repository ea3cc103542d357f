/** One body in the shape that NCA sends it, and the query of the URL that it was given. */
export type Sample = {
	name: string;
	/** Without `?`. */
	query: string;
	body: Record<string, unknown>;
};

/** Longer than any id of Airtable's, and so no record's. */
const RECORD = "recSampleOfCheckWebhook";
/** No version of a uuid, and so no job of NCA's. */
const RUN = "00000000-0000-0000-0000-000000000000";
const COMPOSE = "/v1/ffmpeg/compose";
const CONCATENATE = "/v1/video/concatenate";

const worker = {
	pid: 31,
	queue_id: 139871234567120,
	run_time: 2.391,
	queue_time: 0.002,
	total_time: 2.393,
	queue_length: 0,
	build_number: 209,
};
const ids = { id: RECORD, job_id: RUN };
const complaint =
	"FFmpeg command failed: ffmpeg version 7.0.2\nError opening output files: Filter not found\n";
const composeFailure = {
	endpoint: COMPOSE,
	code: 500,
	...ids,
	response: null,
	message: complaint,
	...worker,
};

/**
 * A body of each shape that NCA sends, as build 209 has it, each with `"test": true`: it is recorded, and nothing else
 * comes of it. @param filesBase what stands before a file's name
 */
export function samplesOf(filesBase: string): Sample[] {
	const success = { code: 200, ...ids, message: "success", ...worker };
	const composed = {
		endpoint: COMPOSE,
		...success,
		response: [{ file_url: `${filesBase}/${RUN}_output_0.mp4` }],
	};
	return [
		sample("compose success", "combine", composed),
		sample("compose success, id null", "combine", { ...composed, id: null }),
		sample("concatenate success", "concatenate", {
			endpoint: CONCATENATE,
			...success,
			response: `${filesBase}/${RUN}.mp4`,
		}),
		sample("compose failure", "combine", composeFailure),
		sample("caption failure", "combine", {
			endpoint: "/v1/video/caption",
			code: 400,
			...ids,
			response: null,
			message: {
				error: "Font 'Example Sans' not available.",
				available_fonts: ["Arial", "Roboto"],
			},
			...worker,
		}),
		sample("Cloud Run's second failure", "combine", {
			code: 500,
			id: RECORD,
			message: "Job failed with status 500",
			error: composeFailure,
		}),
	];
}

function sample(
	name: string,
	operation: string,
	body: Record<string, unknown>,
): Sample {
	return {
		name,
		query: `job_id=${RECORD}&operation=${operation}`,
		body: { ...body, test: true },
	};
}
