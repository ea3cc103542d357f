import type { OperationName } from "../operations.ts";
import type { Fate } from "./nca-worker.ts";

/** One job of the demo: what happens to it, and what must become of it. */
export type Part = {
	operation: OperationName;
	story: string;
	fate: Fate;
	/** What goes wrong in Airtable. */
	mishap?: "set back" | "dropped";
	/** The job's `Status` in the end. */
	ends: "completed" | "failed" | "processing";
	/** How the program may learn of it: a round can come before a webhook, and ask NCA just after it missed the file. */
	by: readonly ("webhook" | "polling" | "nca_status")[];
};

const FFMPEG =
	"FFmpeg command failed: ffmpeg version 7.0.2\n[AVFilterGraph] No such filter: 'tpadd'\nError opening output file /var/nca/out.mp4.";

const arrives = {
	ends: "completed",
	by: ["webhook", "polling", "nca_status"],
} as const;
const lost = {
	story: "its webhook is lost",
	fate: { dies: "before the webhook" },
	ends: "completed",
	by: ["polling", "nca_status"],
} as const;

/** The jobs of the demo, in the order in which they are made. */
export const cast: readonly Part[] = [
	{
		operation: "combine",
		story: "its webhook arrives",
		fate: {},
		...arrives,
	},
	{
		operation: "image_zoom",
		story: "its webhook arrives, but its `id` is null",
		fate: { dropsId: true },
		...arrives,
	},
	{ operation: "concatenate", ...lost },
	{
		operation: "combine",
		story: "ffmpeg fails, and the webhook says so",
		fate: { fails: FFMPEG },
		ends: "failed",
		by: ["webhook", "nca_status"],
	},
	{ operation: "add_music", ...lost },
	{
		operation: "concatenate",
		story: "its webhook arrives",
		fate: {},
		...arrives,
	},
	{
		operation: "combine",
		story: "ffmpeg fails, and the webhook that says so is lost",
		fate: { fails: FFMPEG, dies: "before the webhook" },
		ends: "failed",
		by: ["nca_status"],
	},
	{
		operation: "add_music",
		story: "its webhook is lost, and its file has a name that nobody expects",
		fate: { extension: "mov", dies: "before the webhook" },
		ends: "completed",
		by: ["nca_status"],
	},
	{
		operation: "combine",
		story: "the engine writes late, and sets it back to processing",
		fate: {},
		mishap: "set back",
		...arrives,
	},
	{
		operation: "image_zoom",
		story: "Airtable drops its file, without a word",
		fate: {},
		mishap: "dropped",
		...arrives,
	},
	{
		operation: "combine",
		story: "NCA's worker dies: it says running for ever, and there is no file",
		fate: { dies: "before the file" },
		ends: "processing",
		by: [],
	},
	{ operation: "image_zoom", ...lost },
	{
		operation: "add_music",
		story: "its webhook comes 5 s late, and holds up NCA's queue",
		fate: { holdsWebhookMs: 5000 },
		...arrives,
	},
	{
		operation: "combine",
		story: "waits in that queue for its turn",
		fate: {},
		...arrives,
	},
];
