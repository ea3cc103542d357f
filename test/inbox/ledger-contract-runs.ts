import { expect, test } from "vitest";
import { HOUR, START } from "../set-up.ts";
import {
	event,
	FILES,
	JOB,
	NEXT_RUN,
	type OpenLedger,
	outcome,
	seen,
	settledOf,
	stuck,
	THE_RUN,
} from "./seen.ts";

/** What became of runs, beyond their first outcome. */
export function runsContract(open: OpenLedger): void {
	test("an outcome is remembered with all that belongs to it", async () => {
		const { ledger, reopen } = await open();
		await ledger.saw([seen(), seen({ ncaJobId: NEXT_RUN })], START);
		const failed = outcome({
			ncaJobId: NEXT_RUN,
			outcome: "failed",
			via: "manual",
			reason: "it's black",
		});

		await ledger.settled(
			[outcome({ files: FILES, attachment: "pending" }), failed],
			[],
		);

		const again = await reopen();
		expect(await settledOf(again)).toEqual({
			outcome: "completed",
			via: "webhook",
			at: START,
			reason: "",
			files: FILES,
			closedAgain: 0,
			attachedAgain: 0,
			attachment: "pending",
		});
		expect(await settledOf(again, NEXT_RUN)).toMatchObject({
			outcome: "failed",
			via: "manual",
			reason: "it's black",
			files: [],
			attachment: "kept",
		});
	});

	test("a run that was closed again keeps its first outcome and time", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.settled([outcome({ files: FILES })], []);
		const again = { again: true, at: START + HOUR, via: "polling" } as const;

		for (let time = 0; time < 2; time += 1)
			await ledger.settled([outcome(again)], []);
		await ledger.settled([outcome({ ...again, ncaJobId: NEXT_RUN })], []);

		expect(await settledOf(ledger)).toMatchObject({
			via: "webhook",
			at: START,
			files: FILES,
			closedAgain: 2,
		});
		expect(await settledOf(ledger, NEXT_RUN)).toBeNull();
	});

	test.each([
		["kept", "kept", "kept"],
		["kept", "pending", "pending"],
		["pending", "kept", "kept"],
		["pending", "pending", "pending"],
	] as const)(
		"of files that were %s before, and are %s at the second close, it is known that they are %s",
		async (before, then, attachment) => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);
			await ledger.settled([outcome({ attachment: before })], []);

			await ledger.settled([outcome({ again: true, attachment: then })], []);

			expect(await settledOf(ledger)).toMatchObject({ attachment });
		},
	);

	test("another outcome than before begins to count anew", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.settled([outcome({ via: "timeout", outcome: "failed" })], []);
		await ledger.settled([outcome({ again: true })], []);
		await ledger.attachedAgain(THE_RUN, event("attached again"));

		await ledger.settled(
			[outcome({ files: FILES, attachment: "pending" })],
			[],
		);

		expect(await settledOf(ledger)).toMatchObject({
			outcome: "completed",
			files: FILES,
			closedAgain: 0,
			attachedAgain: 0,
			attachment: "pending",
		});
	});

	test.each(["kept", "dropped"] as const)(
		"that a run's files were attached again is counted, until it is known that they are %s",
		async (attachment) => {
			const { ledger } = await open();
			await ledger.saw([seen(), seen({ ncaJobId: NEXT_RUN })], START);
			const both = [outcome(), outcome({ ncaJobId: NEXT_RUN })];
			await ledger.settled(
				both.map((one) => ({ ...one, attachment: "pending" })),
				[],
			);

			await ledger.attachedAgain(THE_RUN, event("attached again"));
			await ledger.attachedAgain(THE_RUN, event("attached again"));
			const before = await settledOf(ledger);
			await ledger.attachment(THE_RUN, attachment, event("looked at"));

			expect(before).toMatchObject({ attachedAgain: 2, attachment: "pending" });
			expect(await settledOf(ledger)).toMatchObject({
				outcome: "completed",
				attachedAgain: 0,
				attachment,
			});
			expect(await settledOf(ledger, NEXT_RUN)).toMatchObject({
				attachedAgain: 0,
				attachment: "pending",
			});
			const told = (await ledger.timeline(JOB)).map(({ what }) => what);
			expect(told).toEqual(["attached again", "attached again", "looked at"]);
		},
	);

	test("of a run that was reopened the outcome is forgotten, and its time begins anew", async () => {
		const { ledger } = await open();
		await ledger.listed([seen(), seen({ ncaJobId: NEXT_RUN })], START, true);
		await ledger.looked([{ ...THE_RUN, verdict: "waiting", why: "" }], START);
		await ledger.ncaSaid(THE_RUN, "running", event("nca answered"));
		const next = outcome({ ncaJobId: NEXT_RUN });
		await ledger.settled([outcome({ files: FILES }), next], []);
		await ledger.settled([outcome({ again: true })], []);

		await ledger.reopened(THE_RUN, event("reopened", { at: START + HOUR }));

		expect(await settledOf(ledger)).toBeNull();
		expect(await settledOf(ledger, NEXT_RUN)).toMatchObject({ at: START });
		expect(await stuck(ledger)).toMatchObject({
			stuckSince: START + HOUR,
			checkedAt: null,
			askedAt: null,
			ncaSaid: null,
			settled: null,
		});
		await ledger.settled([outcome({ attachment: "pending" })], []);
		expect(await settledOf(ledger)).toMatchObject({
			closedAgain: 0,
			attachment: "pending",
		});
	});
}
