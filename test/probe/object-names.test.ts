import { expect, test } from "vitest";
import { operationByName, operations } from "../../src/operations.ts";
import { candidateNames } from "../../src/probe/object-names.ts";

const names = Object.keys(operations) as (keyof typeof operations)[];

test.each(names)(
	"what %s is looked for under, its endpoint uploads",
	(operation) => {
		const { endpoint } = operationByName(operation);
		const namesOf = (...from: Parameters<typeof candidateNames>) =>
			candidateNames(...from).map(({ name }) => name);

		const uploaded = namesOf(null, endpoint, "4d5c1b0e");
		const lookedFor = namesOf(operation, null, "4d5c1b0e");

		expect(lookedFor).not.toEqual([]);
		expect(uploaded).toEqual(expect.arrayContaining(lookedFor));
	},
);
