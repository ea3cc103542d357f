import type { Answer, Described } from "../../described.ts";
import { refusalsOf, securityOf } from "./doors.ts";
import type { createSchemas } from "./schemas.ts";

type Making = Pick<ReturnType<typeof createSchemas>, "schemaOf"> & {
	/** Whether NCA must prove itself. */
	isProofDemanded: boolean;
};

/** Headers that an answer of a status always bears. */
const HEADERS: Record<number, readonly [name: string, says: string]> = {
	401: ["WWW-Authenticate", "how to prove who asks"],
	405: ["Allow", "the one method that is taken"],
	429: ["Retry-After", "seconds"],
};

/** A route as an Operation Object of OpenAPI. */
export function operationOf(one: Described, making: Making) {
	const { name, tag, summary, description, body } = one;
	const answers = { ...refusalsOf(one), ...one.answers };
	const parameters = [
		...parametersOf(one.params, "path", making),
		...parametersOf(one.query, "query", making),
	];
	return {
		operationId: name,
		tags: [tag],
		summary,
		...(description && { description }),
		security: securityOf(one.door, making.isProofDemanded),
		...(parameters.length > 0 && { parameters }),
		...(body && {
			requestBody: {
				required: body.required,
				content: {
					[body.type ?? "application/json"]: {
						schema: making.schemaOf(body.schema, "input"),
					},
				},
			},
		}),
		responses: Object.fromEntries(
			Object.entries(answers).map(([status, answer]) => [
				status,
				responseOf(Number(status), answer, one, making),
			]),
		),
	};
}

function parametersOf(
	shape: Described["query"],
	place: "path" | "query",
	{ schemaOf }: Making,
) {
	return Object.entries(shape?.shape ?? {}).map(([name, field]) => {
		const { description, ...schema } = schemaOf(field, "input");
		return {
			name,
			in: place,
			required: place === "path",
			...(description && { description }),
			schema,
		};
	});
}

function responseOf(
	status: number,
	{ says, schema, types = [] }: Answer,
	{ door }: Described,
	{ schemaOf }: Making,
) {
	const [header, meaning] = HEADERS[status] ?? [];
	// NCA is not asked for a name and a password.
	const isBorne = status !== 401 || door !== "sender";
	return {
		description: says,
		...(header &&
			isBorne && {
				headers: {
					[header]: { description: meaning, schema: { type: "string" } },
				},
			}),
		content: schema
			? { "application/json": { schema: schemaOf(schema, "output") } }
			: Object.fromEntries(types.map((type) => [type, {}])),
	};
}
