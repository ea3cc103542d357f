import manifest from "../../package.json" with { type: "json" };
import { described as monitoring } from "../monitor/described/routes.ts";
import { described as itself } from "../operate/described/document.ts";
import { described as jobs } from "../operate/described/jobs.ts";
import { described as requests } from "../operate/described/requests.ts";
import { documentOf } from "../operate/openapi/document.ts";
import { described as webhooks } from "../receive/described/routes.ts";
import type { Common } from "./world.ts";

/** Every route, as each folder describes its own. */
const described = [...webhooks, ...monitoring, ...requests, ...jobs, ...itself];

/** The surface, for machines. */
export function makeDocument({ config }: Pick<Common, "config">) {
	return documentOf({
		described,
		version: manifest.version,
		baseUrl: config.WEBHOOK_BASE_URL,
		isProofDemanded: config.WEBHOOK_SECRET !== undefined,
	});
}
