import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StartError } from "../../src/errors.ts";
import { ownFolder } from "../../src/inbox/sqlite/open/folder.ts";
import { temporaryFolder } from "../set-up.ts";

/** Root may write everything: so whose a file is, a test that may run as root can only say. */
const forbidding = (forbidden: string) => (path: unknown) => {
	if (path === forbidden) throw new Error("EACCES: permission denied");
};

function folderWith(...names: string[]): string {
	const dir = temporaryFolder();
	for (const name of names) writeFileSync(join(dir, name), "");
	return dir;
}

test.each(["inbox.db", "inbox.db-wal", "lock.db", "reserve"])(
	"another user's %s is refused, and the setting is named",
	(name) => {
		const dir = folderWith("inbox.db", "inbox.db-wal", "lock.db", "reserve");
		const file = join(dir, name);

		const attempt = () => ownFolder(dir, forbidding(file));

		expect(attempt).toThrow(StartError);
		expect(attempt).toThrow(
			`DATA_DIR: ${file} cannot be written by this user: give it to the one that the program runs as, with chown`,
		);
	},
);

test("so is another user's folder", () => {
	const dir = folderWith();

	expect(() => ownFolder(dir, forbidding(dir))).toThrow(
		`DATA_DIR: ${dir} cannot be written by this user`,
	);
});

test("what else stands there is nobody's concern", () => {
	const dir = folderWith("lost+found");

	expect(() =>
		ownFolder(dir, forbidding(join(dir, "lost+found"))),
	).not.toThrow();
});

test("a folder that cannot be made is refused", () => {
	const dir = join(folderWith("a-file"), "a-file", "data");

	expect(() => ownFolder(dir)).toThrow(`DATA_DIR: ${dir} cannot be made`);
});
