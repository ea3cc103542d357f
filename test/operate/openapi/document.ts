import { Ajv2020 } from "ajv/dist/2020.js";
import type { SetUp } from "../../set-up.ts";

type Operation = {
	operationId: string;
	security: Record<string, unknown>[];
	parameters?: { name: string; in: string; schema: { enum?: string[] } }[];
	requestBody?: { required: boolean; content: Record<string, unknown> };
	responses: Record<
		string,
		{ headers?: Record<string, unknown>; content: Record<string, unknown> }
	>;
};

export type Document = {
	paths: Record<string, Record<string, Operation>>;
	[other: string]: unknown;
};

/** An operation, and where it is. */
export type Placed = Operation & { method: string; path: string };

/** The document, as who asks for it has it. */
export async function documentOf(
	{ url }: Pick<SetUp, "url">,
	headers: Record<string, string> = {},
): Promise<Document> {
	const answer = await fetch(`${url}/openapi.json`, { headers });
	return answer.json() as Promise<Document>;
}

export function operationsOf({ paths }: Document): Placed[] {
	return Object.entries(paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]) => ({
			...operation,
			method: method.toUpperCase(),
			path,
		})),
	);
}

/** Judges by the schemas of a document; in them what is not named is not allowed. */
export function createJudge(document: Document) {
	const ajv = new Ajv2020({
		// It would complain of all that OpenAPI adds.
		strict: false,
		allErrors: true,
		formats: {
			"date-time": (text) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text),
		},
	});
	ajv.addSchema(document, "document");

	/** What is wrong with a value, by the schema that stands there in the document. */
	function faultsOf(value: unknown, ...at: string[]): string[] {
		const pointer = at.map((name) =>
			encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1")),
		);
		const ref = `document#/${pointer.join("/")}`;
		const validate = ajv.getSchema(ref) ?? ajv.compile({ $ref: ref });
		if (validate(value)) return [];
		return (validate.errors ?? []).map(
			({ instancePath, message, params }) =>
				`${instancePath} ${message} ${JSON.stringify(params)}`,
		);
	}

	/** What is wrong with a real answer. */
	async function misfits(
		method: string,
		path: string,
		answer: Response,
	): Promise<string[]> {
		const { status, headers } = answer;
		const responses = document.paths[path]?.[method.toLowerCase()]?.responses;
		const said = responses?.[status];
		if (!said) return [`${status} is not documented`];
		const missing = Object.keys(said.headers ?? {})
			.filter((name) => !headers.has(name))
			.map((name) => `no ${name}`);
		const [type = ""] = (headers.get("Content-Type") ?? "").split(";");
		if (!(type in said.content))
			return [...missing, `${type} is not documented`];
		if (type !== "application/json") {
			await answer.body?.cancel();
			return missing;
		}
		const at = ["responses", `${status}`, "content", type, "schema"];
		return [
			...missing,
			...faultsOf(
				await answer.json(),
				"paths",
				path,
				method.toLowerCase(),
				...at,
			),
		];
	}

	return { faultsOf, misfits };
}
