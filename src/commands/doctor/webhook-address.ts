import { lookup } from "node:dns/promises";
import type { Finding } from "./check.ts";
import { toldOfFault } from "./faults.ts";
import { bare, isLoopback, isPrivate } from "./places.ts";
import { broken, ok, warning } from "./verdict.ts";

/** The addresses of a host, v4 and v6. Rejects with a `code` of DNS's. */
export type Resolve = (hostname: string) => Promise<string[]>;

export const resolveHost: Resolve = async (hostname) => {
	const found = await lookup(hostname, { all: true });
	return found.map(({ address }) => address);
};

type Needs = {
	url: URL;
	ncaBaseUrl: string | undefined;
	production: boolean;
	resolve: Resolve;
};

const CHECK = "address";
const OUTSIDE =
	"Set WEBHOOK_BASE_URL to a name that leads here from outside, such as https://{app}.fly.dev; a tunnel will do while you develop";

/** Whether NCA, wherever it is, can find the host. Where it cannot be resolved, there is nobody to ask further. */
export async function examineAddress({
	url,
	ncaBaseUrl,
	production,
	resolve,
}: Needs): Promise<{ finding: Finding; found: boolean }> {
	const said = (finding: Finding) => ({ finding, found: true });
	const host = bare(url.hostname);
	let addresses: string[];
	try {
		addresses = await resolve(host);
	} catch (error) {
		const { found, remedy } = toldOfFault(codeOf(error), "WEBHOOK_BASE_URL");
		return {
			finding: broken(CHECK, `${host}: ${found}`, remedy),
			found: false,
		};
	}
	const all = `${host} is ${addresses.join(", ")}`;
	const near = addresses.filter(isPrivate);
	if (near.length === 0) return said(ok(CHECK, all));

	const nca = await placeOfNca(ncaBaseUrl, resolve);
	if (isLoopback(host)) {
		if (nca === "here") return said(ok(CHECK, `${all}: here, as NCA is`));
		const found = `${all}: only programs on this machine reach it`;
		const finding = production
			? broken(CHECK, found, OUTSIDE)
			: warning(CHECK, found, OUTSIDE);
		return said(finding);
	}
	if (nca === "here" || nca === "near")
		return said(ok(CHECK, `${all}: private, as NCA's own address is`));
	return said(
		broken(
			CHECK,
			`${all}: ${near.join(", ")} is private, and cannot be reached from another network`,
			OUTSIDE,
		),
	);
}

/** What is private may still be in reach of an NCA that is so too. */
async function placeOfNca(
	baseUrl: string | undefined,
	resolve: Resolve,
): Promise<"here" | "near" | "elsewhere"> {
	if (baseUrl === undefined) return "elsewhere";
	const host = bare(new URL(baseUrl).hostname);
	if (isLoopback(host)) return "here";
	const addresses = await resolve(host).catch(() => []);
	return addresses.some(isPrivate) ? "near" : "elsewhere";
}

function codeOf(error: unknown): string {
	return error instanceof Error && "code" in error
		? String(error.code)
		: "unknown fault";
}
