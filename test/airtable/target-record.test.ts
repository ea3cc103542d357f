import { expect, test } from "vitest";
import { asTarget } from "../../src/airtable/target-record.ts";

const read = (fields: Record<string, unknown>) =>
	asTarget({
		id: "rec00000000000001",
		createdTime: "2026-11-23T12:00:00.000Z",
		fields,
	});

test("a file that Airtable has fetched shows its size, and one on its way none", () => {
	const fetched = { id: "att1", url: "u", filename: "a.mp4", size: 9 };
	const pending = { id: "att2", url: "u", filename: "b.mp4" };

	const target = read({ Video: [fetched, pending] });

	expect(target.attachments("Video")).toEqual([
		{ filename: "a.mp4", size: 9 },
		{ filename: "b.mp4" },
	]);
});

test("an empty field holds no files", () => {
	expect(read({}).attachments("Video")).toEqual([]);
	expect(read({ Video: [] }).attachments("Video")).toEqual([]);
});

test("a table without a Status has an empty one", () => {
	expect(read({ Status: "combined" }).status).toBe("combined");
	expect(read({}).status).toBe("");
	expect(read({ Status: { name: "combined" } }).status).toBe("");
});

test("a field that cannot be read is not empty", () => {
	for (const odd of ["text", [7], [{ filename: 7 }], { url: "u" }]) {
		expect(read({ Video: odd }).attachments("Video")).toHaveLength(1);
	}
});
