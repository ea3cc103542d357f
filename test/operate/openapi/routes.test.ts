import { METHODS } from "node:http";
import { expect, test } from "vitest";
import { setUp } from "../../set-up.ts";
import { documentOf, operationsOf } from "./document.ts";

/** What Express keeps of who answers what. */
type Layer = {
	route?: { path: string; methods: Record<string, boolean> };
	rawPath?: string;
	handle: { stack?: Layer[] };
};

/** Answers without a route of its own, for a whole path and all below it. */
const WITHOUT_ROUTE = "POST /webhooks/:other";

/** Every route of a router and of those within it; one that takes every method stands under GET alone. */
function routesOf(stack: readonly Layer[], base = ""): string[] {
	return stack.flatMap(({ route, handle, rawPath = "/" }) => {
		if (route) {
			const methods = Object.keys(route.methods);
			const named = methods.length === METHODS.length ? ["get"] : methods;
			return named.map((one) => `${one.toUpperCase()} ${base}${route.path}`);
		}
		const under = rawPath === "/" ? base : `${base}${rawPath}`;
		return handle.stack ? routesOf(handle.stack, under) : [];
	});
}

/** Where something answers, or looks on, that is no route. */
function prefixesOf(stack: readonly Layer[]): string[] {
	return stack.flatMap(({ route, handle, rawPath = "/" }) => {
		if (route) return [];
		const own = rawPath === "/" ? [] : [rawPath];
		return [...own, ...(handle.stack ? prefixesOf(handle.stack) : [])];
	});
}

test("the document names every route that there is, and none that is not", async () => {
	const bench = await setUp();
	const stack = bench.app.router.stack as unknown as Layer[];

	const documented = operationsOf(await documentOf(bench)).flatMap(
		({ method, path, parameters = [] }) => {
			const [names = [":$1"]] = parameters
				.filter((one) => one.in === "path")
				.flatMap(({ schema }) => (schema.enum ? [schema.enum] : []));
			return names.map(
				(name) => `${method} ${path.replaceAll(/\{(\w+)\}/g, name)}`,
			);
		},
	);

	const there = new Set([...routesOf(stack), WITHOUT_ROUTE]);
	expect(documented.toSorted()).toEqual([...there].toSorted());
	expect([...new Set(prefixesOf(stack))].toSorted()).toEqual([
		"/dashboard",
		"/webhooks",
	]);
});

test("each path's parameters are those of its address, and each operation has a name of its own", async () => {
	const operations = operationsOf(await documentOf(await setUp()));

	const wrong = operations.filter(({ path, parameters = [] }) => {
		const inPath = parameters.filter((one) => one.in === "path");
		const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
		return inPath.map(({ name }) => name).join() !== named.join();
	});

	const names = operations.map(({ operationId }) => operationId);
	expect(wrong).toEqual([]);
	expect(new Set(names).size).toBe(names.length);
});
