/** The tables that hold what a job was made for. */
export type TargetTable = "Segments" | "Videos";

/** What one operation of the engine means: where its file is, and what it changes in which record. */
export type Operation = {
	/** Values of a job's `Type` that name this operation and no other. */
	types: readonly string[];
	/** NCA's route, to which the engine submits it. */
	endpoint: string;
	/** The names NCA may give the object, `{id}` being its job id. */
	objects: readonly string[];
	table: TargetTable;
	/** Where a job's record names its target, most trusted first. */
	target: {
		query: readonly ("target_id" | "video_id")[];
		link: "Related Segment Video" | "Related Video";
		payload: readonly string[];
	};
	/** The field of the target that takes the file. */
	attachment: string;
	/** The target's `Status` afterwards; absent: it has none of its own. */
	completed?: string;
	failed?: string;
};

const segment = {
	table: "Segments",
	target: {
		query: ["target_id"],
		link: "Related Segment Video",
		payload: ["segment_id", "record_id"],
	},
} as const;

const video = {
	table: "Videos",
	target: {
		query: ["target_id", "video_id"],
		link: "Related Video",
		payload: ["video_id", "record_id"],
	},
} as const;

/**
 * Every operation that has a target. To add one, add a row: all else, the stand-ins and the doctor's list of fields
 * among it, is made of these.
 */
export const operations = {
	combine: {
		types: ["combine"],
		endpoint: "/v1/ffmpeg/compose",
		objects: ["{id}_output_0.mp4"],
		...segment,
		attachment: "Voiceover + Video",
		completed: "combined",
		failed: "combination_failed",
	},
	image_zoom: {
		// `video_generation` is also what the engine calls its Kling jobs.
		types: [],
		endpoint: "/v1/ffmpeg/compose",
		objects: ["{id}_output_0.mp4"],
		...segment,
		attachment: "Video",
		completed: "Video Ready",
		failed: "Video Generation Failed",
	},
	concatenate: {
		types: ["concatenate"],
		endpoint: "/v1/video/concatenate",
		objects: ["{id}.mp4"],
		...video,
		attachment: "Combined Segments Video",
	},
	add_music: {
		types: ["final", "add_music_to_video"],
		endpoint: "/v1/ffmpeg/compose",
		objects: ["{id}_output_0.mp4"],
		...video,
		attachment: "Video + Music",
	},
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/** The operation of that name, or null: a job of ours without one changes its own record alone. */
export function asOperation(value: unknown): OperationName | null {
	return typeof value === "string" && Object.hasOwn(operations, value)
		? (value as OperationName)
		: null;
}

/** What an operation means. */
export function operationByName(name: OperationName): Operation {
	return operations[name];
}

/** The one operation that a job's `Type` names, or null. */
export function operationByType(type: string): OperationName | null {
	const names = Object.keys(operations) as OperationName[];
	return (
		names.find((name) => operationByName(name).types.includes(type)) ?? null
	);
}
