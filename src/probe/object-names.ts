import { type OperationName, operationByName } from "../operations.ts";

/** Whether an object is the only one that its job makes; where it is not, how many there are, only NCA knows. */
type Only = "yes" | "likely" | "no";

/** The objects that one NCA endpoint uploads, `{id}` being NCA's job id. */
type Uploads = { names: readonly string[]; only?: Only };

const COMPOSED =
	"mp4 mov avi mkv webm gif apng jpg png raw mp3 wav aac flac ogg".split(" ");

/**
 * Of each endpoint, by the `endpoint` that its webhook names. None where it uploads nothing, or names the object after
 * something else: what it made, only NCA can say. An extension that follows the request is given as those that are
 * usual.
 * Source: the toolkit's routes and services, build 209.
 */
const uploads: Readonly<Record<string, Uploads>> = {
	"/v1/ffmpeg/compose": {
		names: COMPOSED.map((e) => `{id}_output_0.${e}`),
		only: "likely",
	},
	"/v1/video/concatenate": { names: ["{id}.mp4"] },
	"/v1/audio/concatenate": { names: ["{id}.mp3"] },
	"/v1/video/caption": { names: ["{id}_captioned.mp4"] },
	"/v1/video/trim": { names: ["{id}_output.mp4", "{id}_output.mov"] },
	"/v1/video/cut": { names: ["{id}_output.mp4", "{id}_output.mov"] },
	"/v1/video/split": {
		names: ["{id}_split_1.mp4", "{id}_split_1.mov"],
		only: "no",
	},
	"/v1/video/thumbnail": { names: ["{id}_thumbnail.jpg"] },
	"/v1/image/convert/video": { names: ["{id}.mp4"] },
	"/v1/image/screenshot/webpage": {
		names: ["{id}_screenshot.png", "{id}_screenshot.jpeg"],
	},
	"/v1/media/convert": {
		names: "mp4 mp3 wav mov webm mkv gif".split(" ").map((e) => `{id}.${e}`),
	},
	"/v1/media/transform/mp3": { names: ["{id}.mp3"] },
	"/v1/transcribe/media": {
		names: ["{id}.txt", "{id}.srt", "{id}.json"],
		only: "no",
	},
	"/v1/media/generate/ass": { names: ["{id}.ass"] },
	"/combine-videos": { names: ["{id}.mp4"] },
	"/image-to-video": { names: ["{id}.mp4"] },
	"/audio-mixing": { names: ["{id}.mp4"] },
	"/media-to-mp3": { names: ["{id}.mp3"] },
	"/caption-video": { names: ["{id}_captioned.mp4"] },
	"/v1/media/silence": { names: [] },
	"/v1/media/download": { names: [] },
	"/v1/s3/upload": { names: [] },
	"/v1/code/execute/python": { names: [] },
	"/gdrive-upload": { names: [] },
	"/transcribe-media": { names: [] },
	"/extract-keyframes": { names: ["{id}_001.jpg"], only: "no" },
};

/** A name that a job's object may have. */
export type Candidate = { name: string; only: Only };

/**
 * The names a job's object can have: its operation's, else those of the endpoint that a webhook named, else of
 * every endpoint.
 */
export function candidateNames(
	operation: OperationName | null,
	endpoint: string | null,
	ncaJobId: string,
): Candidate[] {
	const named = new Map<string, Only>();
	for (const { names, only = "yes" } of sources(operation, endpoint)) {
		for (const pattern of names) {
			const name = pattern.replace("{id}", () => ncaJobId);
			if (!named.has(name)) named.set(name, only);
		}
	}
	return [...named].map(([name, only]) => ({ name, only }));
}

function sources(
	operation: OperationName | null,
	endpoint: string | null,
): Uploads[] {
	if (operation) return [{ names: operationByName(operation).objects }];
	const known = endpoint !== null && Object.hasOwn(uploads, endpoint);
	const one = known ? uploads[endpoint] : undefined;
	return one ? [one] : Object.values(uploads);
}
