import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { setUp } from "../../set-up.ts";
import { ADMIN_TOKEN, AS_ADMIN, ask } from "./ask.ts";
import { documentOf, operationsOf } from "./document.ts";

const SECRET = "a secret that is long enough";

test("the document is OpenAPI 3.1 by its own schema, and each reference in it leads somewhere", async () => {
	const document = await documentOf(await setUp());

	const validator = new Validator();
	const { valid, errors } = await validator.validate(document);

	expect(errors ?? []).toEqual([]);
	expect([valid, validator.version]).toEqual([true, "3.1"]);
	expect(() => validator.resolveRefs()).not.toThrow();
});

test("it bears the program's version, and where the program is reached", async () => {
	const base = "https://nca.example";

	const here = await documentOf(await setUp());
	const there = await documentOf(await setUp({ WEBHOOK_BASE_URL: base }));

	expect(here.info).toMatchObject({ version: manifest.version });
	expect([here.servers, there.servers]).toEqual([undefined, [{ url: base }]]);
});

test("it says of NCA's webhooks whether they must be proved", async () => {
	const securityFor = async (env: Record<string, string>) =>
		(await documentOf(await setUp(env))).paths["/webhooks/nca-toolkit"]?.post
			?.security;

	const open = await securityFor({});
	const closed = await securityFor({ WEBHOOK_SECRET: SECRET });

	expect(open).toContainEqual({});
	expect(closed).toEqual([{ token: [] }, { signature: [] }]);
});

test("it stands behind the admin token, as all that is not for everyone", async () => {
	const bench = await setUp({ ADMIN_TOKEN });
	const operations = operationsOf(await documentOf(bench, AS_ADMIN));

	const shut = operations.filter(({ security }) =>
		security.some((one) => "bearer" in one),
	);
	const open = operations
		.filter((one) => !shut.includes(one))
		.map(({ path }) => path);

	expect((await ask(bench, "GET", "/openapi.json")).status).toBe(401);
	expect([...new Set(open)].toSorted()).toEqual([
		"/",
		"/health",
		"/webhooks/debug-webhook",
		"/webhooks/nca-toolkit",
		"/webhooks/{other}",
	]);
});
