import { type OperationName, operationByName } from "../operations.ts";
import type { AirtableStandIn } from "./airtable.ts";
import type { NcaStandIn } from "./nca.ts";
import type { Fate } from "./nca-worker.ts";

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

/** Of the engine's own words for a job and its target those that the table of operations does not tell. */
const WORDS: Partial<
	Record<OperationName, { type?: string; status?: string }>
> = {
	combine: { status: "Combining Media" },
	image_zoom: { type: "video_generation", status: "Generating Video" },
	add_music: { type: "add_music_to_video" },
};

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
		const { types, endpoint, table, target } = operationByName(operation);
		const { type = types[0], status } = WORDS[operation] ?? {};
		const targetId = airtable.create(table, status ? { Status: status } : {});
		const id = airtable.create(
			"Jobs",
			{
				Type: type,
				Status: "pending",
				"Request Payload": `{'record_id': '${targetId}', 'webhook': True, 'music': None}`,
				// The engine fills the link for some of its operations only.
				...(operation === "combine" && { [target.link]: [targetId] }),
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
