import { describe, expect, test } from "vitest";
import { setUp } from "../../set-up.ts";
import { jobs } from "./asked/jobs.ts";
import { monitoring } from "./asked/monitoring.ts";
import { requests } from "./asked/requests.ts";
import { webhooks } from "./asked/webhooks.ts";
import { createJudge, documentOf, operationsOf } from "./document.ts";
import { inCommon } from "./in-common.ts";

const exchanges = { ...webhooks, ...monitoring, ...requests, ...jobs };

describe("what is really answered is what the document says, and nothing more", () => {
	test.each(Object.entries(exchanges))("%s", async (name, exchange) => {
		const { misfits } = createJudge(await documentOf(await setUp()));
		const [method = "", path = "", status] = name.split(" ");

		const answer = await exchange();

		expect(answer.status).toBe(Number(status));
		expect(await misfits(method, path, answer)).toEqual([]);
	});
});

describe("so it is with what operators' routes have in common", () => {
	test.each(Object.entries(inCommon))("%s", async (status, refuse) => {
		const document = await documentOf(await setUp());
		const { misfits } = createJudge(document);
		const documented = operationsOf(document).filter(
			(one) =>
				one.security.some((way) => "bearer" in way) &&
				one.responses[status] &&
				!isAsked(`${one.method} ${one.path} ${status}`),
		);

		const asked = await refuse(documented);

		const wrong = await Promise.all(
			asked.map(async ({ method, path, answer }) => [
				`${method} ${path} ${answer.status}`,
				...(await misfits(method, path, answer)),
			]),
		);
		expect(wrong).toEqual(
			documented.map(({ method, path }) => [`${method} ${path} ${status}`]),
		);
	});
});

test("every status of every operation that is documented was asked for", async () => {
	const operations = operationsOf(await documentOf(await setUp()));

	const notAsked = operations.flatMap(({ method, path, security, responses }) =>
		Object.keys(responses)
			.filter(
				(status) =>
					!(status in inCommon && security.some((way) => "bearer" in way)),
			)
			.map((status) => `${method} ${path} ${status}`)
			.filter((name) => !isAsked(name)),
	);

	expect(notAsked).toEqual([]);
});

/** By itself, and not with what is had in common. */
function isAsked(name: string): boolean {
	return Object.keys(exchanges).some(
		(one) => one === name || one.startsWith(`${name} `),
	);
}
