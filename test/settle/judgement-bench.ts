import { makeJob } from "../jobs.ts";
import { HOUR, MINUTE } from "../set-up.ts";
import type { Combination } from "./judgement-table.ts";
import {
	bringAbout,
	makeSubject,
	postWebhook,
	type Subject,
	setUpWorld,
	type World,
} from "./judgement-world.ts";

/** What became of a job and of its webhook, by the columns of the tables; and which run was closed, and its target's Status. */
export type Outcome = Record<
	"job" | "webhook",
	Readonly<Record<string, string>>
>;

/**
 * So many share a program without being in each other's way: a round asks NCA about twenty, gives up none where more
 * than ten are old, and leaves NCA alone after three cut connections, of which there is one in seven.
 */
const TOGETHER = { young: 14, old: 10 };

/** Runs the whole program on a job of each combination, all of them as well proved and as old. */
export async function judged(
	combinations: readonly Combination[],
	of: Pick<Combination, "proved" | "age">,
): Promise<Outcome[]> {
	const most = of.age === "seen long" ? TOGETHER.old : TOGETHER.young;
	const outcomes: Outcome[] = [];
	for (let at = 0; at < combinations.length; at += most) {
		const some = combinations.slice(at, at + most);
		outcomes.push(...(await judgedTogether(some, of)));
	}
	return outcomes;
}

async function judgedTogether(
	combinations: readonly Combination[],
	{ proved, age }: Pick<Combination, "proved" | "age">,
): Promise<Outcome[]> {
	const world = await setUpWorld(proved);
	const { drain, poll, clock } = world;
	// Nothing is given up before this bucket has shown a file.
	world.bucket.hold(10, makeJob(world, "concatenate").file);
	const subjects = combinations.map((is) => makeSubject(world, is));
	if (age === "seen long") await beSeenLong(world);

	for (const one of subjects) bringAbout(world, one);
	const answers = await Promise.all(
		subjects.map((one) => postWebhook(world, one)),
	);
	await drain.once();
	const report = await poll.round();
	await drain.once();
	clock.advance(6 * MINUTE);
	await drain.once();

	return Promise.all(
		subjects.map(async (one, nth) => ({
			job: jobOf(world, one, report),
			webhook: await webhookOf(world, one, answers[nth] ?? null),
		})),
	);
}

/** They are found in processing for more than a day, in which NCA says nothing that would still hold. */
async function beSeenLong({ poll, drain, clock }: World): Promise<void> {
	for (const later of [12 * HOUR, 12 * HOUR + MINUTE]) {
		await poll.round();
		await drain.once();
		clock.advance(later);
	}
}

type Report = Awaited<ReturnType<World["poll"]["round"]>>;

function jobOf(
	{ airtable }: World,
	subject: Subject,
	{ jobs }: Report,
): Outcome["job"] {
	const fields = airtable.get("Jobs", subject.id);
	const target = airtable.get("Segments", subject.targetId);
	const held = target["Voiceover + Video"];
	const files = (held ?? []) as { filename: string }[];
	const payload = JSON.parse(String(fields["Response Payload"] ?? "{}"));
	const looked = jobs.find(({ job_id }) => job_id === subject.id);
	const why = String(fields["Error Details"] ?? looked?.why ?? "");
	return {
		status: String(fields.Status),
		via: payload.via ?? "-",
		attached: inWords(subject, files.map(({ filename }) => filename).join()),
		round: looked?.verdict ?? "-",
		why: inWords(subject, why),
		run: inWords(subject, payload.nca_job_id ?? ""),
		target: String(target.Status),
	};
}

async function webhookOf(
	{ inbox }: World,
	subject: Subject,
	answer: Awaited<ReturnType<typeof postWebhook>>,
): Promise<Outcome["webhook"]> {
	if (answer === null) return { answer: "-", ends: "-", why: "-" };
	const delivery = await inbox.get(answer.deliveryId);
	return {
		answer: String(answer.status),
		ends: delivery?.state ?? "-",
		why: inWords(subject, delivery?.reason ?? ""),
	};
}

function inWords({ A, B, C }: Subject, text: string): string {
	return text.replaceAll(A, "A").replaceAll(B, "B").replaceAll(C, "C") || "-";
}
