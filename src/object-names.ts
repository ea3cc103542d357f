import { type OperationName, operationByName } from "./operations.ts";

/**
 * The objects that one NCA endpoint uploads, `{id}` being NCA's job id. `several`: how many there are only NCA
 * knows, so that one of them proves nothing.
 */
type Uploads = { names: readonly string[]; several?: true };

const COMPOSED = "mp4 mp3 wav mov webm mkv gif jpg png".split(" ");

/**
 * Of each endpoint, by the `endpoint` that its webhook names. Endpoints that upload nothing, or name the object after
 * something else (media/download, s3/upload), are left out: what they made, only NCA can say. An extension that
 * follows the request is given as those that are usual.
 * Source: the toolkit's routes and services, build 209.
 */
const uploads: Readonly<Record<string, Uploads>> = {
	"/v1/ffmpeg/compose": { names: COMPOSED.map((e) => `{id}_output_0.${e}`) },
	"/v1/video/concatenate": { names: ["{id}.mp4"] },
	"/v1/audio/concatenate": { names: ["{id}.mp3"] },
	"/v1/video/caption": { names: ["{id}_captioned.mp4"] },
	"/v1/video/trim": { names: ["{id}_output.mp4", "{id}_output.mov"] },
	"/v1/video/cut": { names: ["{id}_output.mp4", "{id}_output.mov"] },
	"/v1/video/split": {
		names: ["{id}_split_1.mp4", "{id}_split_1.mov"],
		several: true,
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
		several: true,
	},
	"/v1/media/generate/ass": { names: ["{id}.ass"] },
	"/combine-videos": { names: ["{id}.mp4"] },
	"/image-to-video": { names: ["{id}.mp4"] },
	"/audio-mixing": { names: ["{id}.mp4"] },
	"/media-to-mp3": { names: ["{id}.mp3"] },
	"/caption-video": { names: ["{id}_captioned.mp4"] },
	"/extract-keyframes": { names: ["{id}_001.jpg"], several: true },
};

/** Where a job's file may stand. `whole`: that object is all that the job makes. */
export type Candidate = { name: string; whole: boolean };

/**
 * The names a job's object can have: its operation's, else those of the endpoint that a webhook named, else of
 * every endpoint.
 */
export function candidateNames(
	operation: OperationName | null,
	endpoint: string | null,
	ncaJobId: string,
): Candidate[] {
	const named = new Map<string, boolean>();
	for (const { names, several } of sources(operation, endpoint)) {
		for (const pattern of names) {
			const name = pattern.replace("{id}", () => ncaJobId);
			named.set(name, (named.get(name) ?? true) && !several);
		}
	}
	return [...named].map(([name, whole]) => ({ name, whole }));
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
