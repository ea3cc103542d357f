/** What NCA posts, build 209: the keys of every body, in its order. */
type Body = {
	endpoint: string;
	code: number;
	id: string | null;
	job_id: string;
	response: unknown;
	message: unknown;
};

const worker = {
	pid: 31,
	queue_id: 140012345678901,
	run_time: 12.5,
	queue_time: 0.002,
	total_time: 12.502,
	queue_length: 0,
	build_number: 209,
};

const COMPOSE = "/v1/ffmpeg/compose";

/** `compose` answers with a list, one item for each output. */
export function composeSuccess(
	id: string | null,
	jobId: string,
	url: string,
): Body {
	const response = [{ file_url: url }];
	return {
		endpoint: COMPOSE,
		code: 200,
		id,
		job_id: jobId,
		response,
		message: "success",
		...worker,
	};
}

/** `concatenate` answers with a text. */
export function concatenateSuccess(
	id: string | null,
	jobId: string,
	url: string,
): Body {
	return {
		endpoint: "/v1/video/concatenate",
		code: 200,
		id,
		job_id: jobId,
		response: url,
		message: "success",
		...worker,
	};
}

/** ffmpeg's whole complaint, as one text: what went wrong stands at its end. */
export function composeFailure(id: string | null, jobId: string): Body {
	const message =
		"FFmpeg command failed: ffmpeg version 7.0.2 Copyright (c) 2000-2024 the FFmpeg developers\n" +
		"  built with gcc 12 (Debian 12.2.0-14)\n" +
		"Input #0, mov,mp4, from '/var/nca/4b1f6a0e.mp4':\n" +
		"Input #1, mp3, from 'https://files.example/a.mp3?X-Signature=abc':\n" +
		"[AVFilterGraph @ 0x55d0] No such filter: 'tpadd'\n" +
		"Error opening output files: Filter not found\n";
	return {
		endpoint: COMPOSE,
		code: 500,
		id,
		job_id: jobId,
		response: null,
		message,
		...worker,
	};
}

/** Some endpoints complain with an object. */
export function captionFailure(id: string | null, jobId: string): Body {
	const message = {
		error: "Font 'Example Sans' not available.",
		available_fonts: ["Arial"],
	};
	return {
		endpoint: "/v1/video/caption",
		code: 400,
		id,
		job_id: jobId,
		response: null,
		message,
		...worker,
	};
}

/** What Cloud Run sends after the body of a failure: without `job_id`, which stands in `error`. */
export function cloudRunSecondFailure(id: string, jobId: string) {
	const error = composeFailure(id, jobId);
	return { code: 500, id, message: "Job failed with status 500", error };
}
