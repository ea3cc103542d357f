import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

type Manifest = Record<"dependencies" | "devDependencies", Versions> & {
	allowScripts: Record<string, boolean>;
};
type Versions = Record<string, string>;
type Locked = {
	version: string;
	integrity?: string;
	resolved?: string;
	license?: string;
	hasInstallScript?: boolean;
	dev?: boolean;
};

const read = (file: string): unknown =>
	JSON.parse(readFileSync(join(import.meta.dirname, "..", file), "utf8"));

const manifest = read("package.json") as Manifest;
const lock = read("package-lock.json") as { packages: Record<string, Locked> };
const direct = { ...manifest.dependencies, ...manifest.devDependencies };
const tree = Object.entries(lock.packages).filter(([path]) => path !== "");

/** Each lets the program be used and passed on without giving away its own source. */
const LICENSES =
	/^(0BSD|Apache-2\.0|BSD-[23]-Clause|ISC|MIT|MIT-0|MIT OR Apache-2\.0)$/;
/** One that asks for the source of the package itself: nothing of it is shipped. */
const DEVELOPMENT_LICENSES = /^MPL-2\.0$/;
/** What production installs; a package more is a decision. */
const MOST_PACKAGES = 125;

const names = (packages: typeof tree) => packages.map(([path]) => path);

test("every direct dependency is of one exact version, the one that is locked", () => {
	const loose = Object.entries(direct).filter(
		([name, version]) =>
			!/^\d+\.\d+\.\d+$/.test(version) ||
			lock.packages[`node_modules/${name}`]?.version !== version,
	);

	expect(loose).toEqual([]);
});

test("every package of the tree is locked by the hash of its content, and by no host", () => {
	const unlocked = tree.filter(
		([, { integrity, resolved }]) =>
			!integrity?.startsWith("sha512-") || resolved !== undefined,
	);

	expect(names(unlocked)).toEqual([]);
});

test("one package may run a script when it is installed, and production has none that would", () => {
	const scripted = tree.filter(([, { hasInstallScript }]) => hasInstallScript);

	expect(names(scripted)).toEqual(["node_modules/node"]);
	expect(manifest.allowScripts).toEqual({ node: true });
	expect(scripted.every(([, { dev }]) => dev)).toBe(true);
});

test("every licence is one that was looked at", () => {
	const unknown = tree.filter(
		([, { license = "", dev }]) =>
			!LICENSES.test(license) && !(dev && DEVELOPMENT_LICENSES.test(license)),
	);

	expect(names(unknown)).toEqual([]);
});

test("the tree that is shipped stays small, and the README says why each direct one is in it", () => {
	const readme = readFileSync(
		join(import.meta.dirname, "../README.md"),
		"utf8",
	);
	const shipped = tree.filter(([, { dev }]) => !dev);
	const unexplained = Object.keys(direct).filter(
		(name) =>
			!name.startsWith("@types/") &&
			!new RegExp(`^\\|.*(^|[ |])${name}[ ,;|]`, "m").test(readme),
	);

	expect(shipped.length).toBeLessThanOrEqual(MOST_PACKAGES);
	expect(unexplained).toEqual([]);
});

test("what runs in the name of the repository is one exact commit, and may only read", () => {
	const workflow = readFileSync(
		join(import.meta.dirname, "../.github/workflows/ci.yml"),
		"utf8",
	);
	const actions = [...workflow.matchAll(/\buses: (\S+)/g)].map(
		([, action]) => action,
	);
	const permissions = [...workflow.matchAll(/: (read|write|none)$/gm)].map(
		([, permission]) => permission,
	);

	expect(actions.length).toBeGreaterThan(0);
	for (const action of actions) expect(action).toMatch(/^[\w/-]+@[\da-f]{40}$/);
	expect(workflow).toMatch(/^permissions:\n {2}contents: read$/m);
	expect(permissions).toEqual(["read"]);
	expect(workflow).toContain("- run: .ci/run\n");
});
