import type { Settled } from "../job.ts";
import type { HeadObject } from "../probe/spaces.ts";
import type { Case } from "./case.ts";
import type { Decided } from "./decided.ts";
import { judge } from "./judge.ts";
import type { Rules } from "./judgement.ts";
import type { Memory } from "./memory.ts";
import { CLOCKS_APART_MS, PROOF_PATIENCE_MS, proveFiles } from "./prove.ts";
import { readBackOf } from "./read-back/due.ts";

type Needs = {
	head: HeadObject;
	memory: Pick<Memory, "seenFile" | "spacesAnswered">;
	rules: Rules;
	now: () => number;
};

/** What a case comes to, its files asked for: its job is to be closed, or its delivery ends so. @throws where the store fails */
export async function decide(
	{ head, memory, rules, now }: Needs,
	one: Case,
): Promise<Decided | Settled> {
	const judgement = judge(one, rules, now());
	const { instead = "nothing" } = judgement;
	switch (judgement.kind) {
		case "agrees":
			return {
				kind: "done",
				verdict: "confirming",
				...readBackOf(one, now()),
			};
		case "conflicts":
			return { kind: "done", verdict: "conflicting" };
		case "moot":
			return { kind: "done", verdict: "moot" };
		case "stale":
		case "park":
			return judgement;
		case "wait":
			return { ...judgement, patienceMs: PROOF_PATIENCE_MS };
		case "compare":
			return { one, instead, outcome: { kind: "compare" } };
		case "fail": {
			const { reason } = judgement;
			return { one, instead, outcome: { kind: "failed", reason } };
		}
		case "prove": {
			const { objects, isAsserted } = judgement;
			const made = one.job.createdAt - CLOCKS_APART_MS;
			const files = await proveFiles(
				{ head, memory, now },
				objects,
				// A file that was there before its job is another's.
				isAsserted ? made : null,
			);
			if (!Array.isArray(files)) return files;
			await memory.spacesAnswered(now());
			return { one, instead, outcome: { kind: "completed", files } };
		}
	}
}
