import type { OperationName } from "../operations.ts";
import type { AirtableStandIn } from "./airtable.ts";
import type { Fate, NcaStandIn } from "./nca.ts";

type Needs = {
	airtable: AirtableStandIn;
	nca: NcaStandIn;
	ncaApiKey: string;
	/** Where NCA is to post. */
	webhookBaseUrl: string;
};

export type MadeJob = {
	id: string;
	operation: OperationName;
	targetId: string;
	ncaJobId: string;
};

const DONE_AS = {
	combine: {
		type: "combine",
		endpoint: "/v1/ffmpeg/compose",
		table: "Segments",
		status: "Combining Media",
	},
	image_zoom: {
		type: "video_generation",
		endpoint: "/v1/ffmpeg/compose",
		table: "Segments",
		status: "Generating Video",
	},
	concatenate: {
		type: "concatenate",
		endpoint: "/v1/video/concatenate",
		table: "Videos",
		status: null,
	},
	add_music: {
		type: "add_music_to_video",
		endpoint: "/v1/ffmpeg/compose",
		table: "Videos",
		status: null,
	},
} as const satisfies Record<OperationName, unknown>;

/** The engine, as far as it makes jobs: it submits one to NCA, then writes NCA's id into the record. */
export function createEngine({
	airtable,
	nca,
	ncaApiKey,
	webhookBaseUrl,
}: Needs) {
	return async function submit(
		operation: OperationName,
		fate: Fate = {},
		createdTime = new Date().toISOString(),
	): Promise<MadeJob> {
		const { type, endpoint, table, status } = DONE_AS[operation];
		const targetId = airtable.create(table, status ? { Status: status } : {});
		const link =
			table === "Segments" ? "Related Segment Video" : "Related Video";
		const id = airtable.create(
			"Jobs",
			{
				Type: type,
				Status: "pending",
				"Request Payload": `{'record_id': '${targetId}', 'webhook': True, 'music': None}`,
				// The engine fills the link for some of its operations only.
				...(operation === "combine" && { [link]: [targetId] }),
			},
			{ createdTime },
		);
		nca.fate(id, fate);

		const webhook = new URL("/webhooks/nca-toolkit", webhookBaseUrl);
		webhook.searchParams.set("job_id", id);
		webhook.searchParams.set("operation", operation);
		if (operation === "image_zoom")
			webhook.searchParams.set("target_id", targetId);
		const response = await fetch(`${nca.url}${endpoint}`, {
			method: "POST",
			headers: { "Content-Type": "application/json", "X-API-Key": ncaApiKey },
			body: JSON.stringify({ id, webhook_url: webhook.href }),
		});
		const { job_id: ncaJobId } = (await response.json()) as { job_id: string };
		airtable.set("Jobs", id, {
			"External Job ID": ncaJobId,
			"Webhook URL": webhook.href,
			Status: "processing",
		});
		return { id, operation, targetId, ncaJobId };
	};
}
