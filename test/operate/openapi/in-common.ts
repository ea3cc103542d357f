import { Transient } from "../../../src/errors.ts";
import { makeJob } from "../../jobs.ts";
import { type SetUp, setUp } from "../../set-up.ts";
import { ADMIN_TOKEN, AS_ADMIN, ask } from "./ask.ts";
import type { Placed } from "./document.ts";

type Answered = { method: string; path: string; answer: Response };
type Headers = Record<string, string>;

/** Of one address within a minute. */
const WRONG_TOKENS = 10;

/** What each operation takes, where it takes something. */
const BODIES: Record<string, object> = {
	replayRequests: { since: "1h" },
	settleJob: { outcome: "failed", reason: "by hand" },
	expectWebhook: { job_id: "recAAAAAAAAAAAAAA", operation: "combine" },
};

/** Asks each, one after the other, with what it takes. */
async function askEach(
	bench: SetUp,
	operations: readonly Placed[],
	headers: Headers,
	body?: unknown,
): Promise<Answered[]> {
	const { id } = makeJob(bench, "combine");
	const answered: Answered[] = [];
	for (const { method, path, operationId, parameters = [] } of operations) {
		const [file = "d0"] = parameters.flatMap(({ schema }) => schema.enum ?? []);
		const at = path
			.replace("{job_id}", id)
			.replace(/\{(file|delivery_id)\}/, file);
		const sent = method === "POST" ? (body ?? BODIES[operationId]) : undefined;
		const answer = await ask(bench, method, at, sent, headers);
		answered.push({ method, path, answer });
	}
	return answered;
}

/** Nothing can be read from the store, nor written into it. */
function breakStore({ inbox, ledger }: SetUp, fault: () => Error): void {
	for (const part of [inbox, ledger]) {
		const broken = Object.keys(part).map((name) => [
			name,
			async () => {
				throw fault();
			},
		]);
		Object.assign(part, Object.fromEntries(broken));
	}
}

const shut = () => setUp({ ADMIN_TOKEN });

/** By status: how all of these operations are brought to answer so. */
export const inCommon: Record<
	string,
	(operations: readonly Placed[]) => Promise<Answered[]>
> = {
	async 400(operations) {
		const bench = await shut();
		const wrong = ({ method, path }: Placed) =>
			path.includes("{") && method === "GET"
				? path.replace(/\{\w+\}/, "%zz")
				: `${path}?nonsense=1`;
		const answered: Answered[] = [];
		for (const one of operations) {
			const { method, path } = one;
			const sent = method === "POST" ? "{" : undefined;
			const answer = await ask(bench, method, wrong(one), sent, AS_ADMIN);
			answered.push({ method, path, answer });
		}
		return answered;
	},
	401: async (operations) => askEach(await shut(), operations, {}),
	async 403(operations) {
		const bench = await setUp({ ADMIN_TOKEN, NODE_ENV: "production" });
		const headers = { ...AS_ADMIN, "X-Forwarded-Proto": "http" };
		return askEach(bench, operations, headers);
	},
	413: async (operations) =>
		askEach(await shut(), operations, AS_ADMIN, "x".repeat(17 * 1024)),
	async 415(operations) {
		const headers = { ...AS_ADMIN, "Content-Encoding": "compress" };
		return askEach(await shut(), operations, headers, {});
	},
	async 429(operations) {
		const bench = await shut();
		const headers = { Authorization: "Bearer of-something-else" };
		for (let n = 0; n < WRONG_TOKENS; n += 1)
			await (await ask(bench, "GET", "/status", undefined, headers)).text();
		return askEach(bench, operations, headers);
	},
	async 500(operations) {
		const bench = await shut();
		breakStore(bench, () => new Error("a bug"));
		return askEach(bench, operations, AS_ADMIN);
	},
	async 503(operations) {
		const bench = await shut();
		breakStore(
			bench,
			() => new Transient("the disk is gone", { code: "GONE" }),
		);
		return askEach(bench, operations, AS_ADMIN);
	},
};
