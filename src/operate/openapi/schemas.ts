import { z } from "zod";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Makes JSON Schemas of zod's; one that bears an id stands once, in `components`, and is referred to. */
export function createSchemas() {
	const components: Record<string, JsonSchema> = {};

	/** @param io whether it is what is sent to us, or what we answer */
	function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
		const made = z.toJSONSchema(schema, { io, override: plain });
		const { $schema, $defs, ...rest } = JSON.parse(
			JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/'),
		);
		Object.assign(components, $defs);
		return rest;
	}

	return { components, schemaOf };
}

/** Without what says nothing to a reader: the pattern behind a format, and that a whole number is one of JavaScript's. */
function plain({ jsonSchema }: { jsonSchema: JsonSchema }): void {
	if (jsonSchema.format) delete jsonSchema.pattern;
	if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
	if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
