import type { Described } from "../../described.ts";
import { securitySchemes } from "./doors.ts";
import { operationOf } from "./operation.ts";
import { createSchemas } from "./schemas.ts";

type Needs = {
	described: readonly Described[];
	/** The program's. */
	version: string;
	/** Where it is reached; absent: where the document was had from. */
	baseUrl: string | undefined;
	/** Whether NCA must prove itself. */
	isProofDemanded: boolean;
};

const TAGS: Record<Described["tag"], string> = {
	webhooks: "What others post here.",
	monitoring: "How the program does, and what it does.",
	requests: "What was posted, and what became of it.",
	jobs: "What is known of jobs, and what a person does about them.",
};

/** Everything that the program answers, as OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.0 */
export function documentOf(needs: Needs) {
	const { described, version, baseUrl, isProofDemanded } = needs;
	const { components, schemaOf } = createSchemas();
	const paths: Record<string, Record<string, unknown>> = {};
	for (const one of described) {
		const path = one.path.replaceAll(/:(\w+)/g, "{$1}");
		const operation = operationOf(one, { schemaOf, isProofDemanded });
		paths[path] = { ...paths[path], [one.method]: operation };
	}
	return {
		openapi: "3.1.0",
		info: {
			title: "NCA webhooks",
			version,
			description:
				"Takes the webhooks of a No-Code Architects Toolkit, finds the files of those that never came, and closes their jobs in Airtable. Whatever is refused, and whatever is not here (404), is answered with a Refusal.",
		},
		...(baseUrl && { servers: [{ url: baseUrl }] }),
		tags: Object.entries(TAGS).map(([name, description]) => ({
			name,
			description,
		})),
		paths,
		components: { schemas: components, securitySchemes },
	};
}
