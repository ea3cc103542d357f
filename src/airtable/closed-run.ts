import { z } from "zod";
import type { NcaJobId, Via } from "../job.ts";

const VIAS = [
	"webhook",
	"polling",
	"nca_status",
	"manual",
	"timeout",
] as const satisfies readonly Via[];

/** How a job was closed, as `Response Payload` keeps it. */
export type ClosedRun = {
	outcome: "completed" | "failed";
	via: Via;
	ncaJobId: NcaJobId | null;
	urls: string[];
	/** Of a failure; else empty. */
	reason: string;
	/** ms since the epoch */
	at: number;
};

const payload = z.object({
	outcome: z.enum(["completed", "failed"]),
	via: z.enum(VIAS),
	nca_job_id: z.string().nullable(),
	output_urls: z.array(z.string()),
	settled_at: z.iso.datetime(),
});

/** A closing as the job's record is to keep it. */
export function closedRunText(closed: Omit<ClosedRun, "reason">): string {
	const { outcome, via, ncaJobId, urls, at } = closed;
	return JSON.stringify({
		outcome,
		via,
		nca_job_id: ncaJobId,
		output_url: urls[0] ?? null,
		output_urls: urls,
		settled_at: new Date(at).toISOString(),
	} satisfies z.input<typeof payload> & { output_url: string | null });
}

/** Reads it back; null for anything that we did not write, the engine's own payloads among them. */
export function asClosedRun(
	text: string,
	errorDetails: string,
): ClosedRun | null {
	if (!text.startsWith("{")) return null;
	const parsed = payload.safeParse(asJson(text));
	if (!parsed.success) return null;
	const { outcome, via, nca_job_id, output_urls, settled_at } = parsed.data;
	return {
		outcome,
		via,
		ncaJobId: nca_job_id as NcaJobId | null,
		urls: output_urls,
		reason: outcome === "failed" ? errorDetails : "",
		at: Date.parse(settled_at),
	};
}

function asJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
