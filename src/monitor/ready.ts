import express, { type Router } from "express";
import type { Dependency, DependencyState } from "./dependencies.ts";
import type { ReadyAnswer } from "./described/ready.ts";
import { asTime } from "./times.ts";

type Dependencies = ReadyAnswer["dependencies"];

type Needs = {
	/** Whether the last write to the inbox went well; one is made each minute, if no webhook comes. */
	wrote: () => boolean;
	airtable: Pick<Dependency, "state">;
	spaces: Pick<Dependency, "state">;
	/** null: it is not configured. */
	nca: Pick<Dependency, "state"> | null;
	/** Whether the drain is this machine's; null where there is but one machine. */
	holdsDrain: (() => boolean) | null;
};

/**
 * `GET /ready`: what the program depends on, as it was last heard of; 503 where something needed is down. Nobody is
 * asked: a check that calls its vendors fails whenever one of them is slow. What nothing was heard of is not down.
 */
export function createReadyRoute(needs: Needs): Router {
	const { wrote, airtable, spaces, nca, holdsDrain } = needs;
	const router = express.Router();

	router.get("/ready", (_req, res) => {
		const needed: Pick<Dependencies, "inbox" | "airtable" | "spaces"> = {
			inbox: { state: wrote() ? "ok" : "failing" },
			airtable: shown(airtable.state()),
			spaces: shown(spaces.state()),
		};
		const ready = Object.values(needed).every((one) => one.state !== "failing");
		const dependencies: Dependencies = {
			...needed,
			nca: nca
				? { configured: true, ...shown(nca.state()) }
				: { configured: false },
			// Another machine's is as good.
			...(holdsDrain && {
				drain: { state: holdsDrain() ? "held" : "not held" },
			}),
		};
		const answer: ReadyAnswer = { ready, dependencies };
		res.status(ready ? 200 : 503).json(answer);
	});
	return router;
}

function shown({ since, at, ...rest }: DependencyState) {
	return { ...rest, since: asTime(since), at: asTime(at) };
}
