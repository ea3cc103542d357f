import type { Disk } from "../disk.ts";
import type { Cause } from "./cause.ts";

const MB = 1_000_000;

/** What DATA_DIR stands on. */
export type DiskFacts = {
	/** null: there is none of ours, or it could not be asked. */
	disk: Disk | null;
	/** Databases that were destroyed, moved aside, and are still there. */
	destroyed: readonly string[];
};

export type DiskNeeds = {
	disk: () => Promise<Disk | null>;
	destroyed: () => Promise<readonly string[]>;
};

/** Asks the disk anew. */
export async function diskFacts(needs: DiskNeeds): Promise<DiskFacts> {
	return { disk: await needs.disk(), destroyed: await needs.destroyed() };
}

export const diskCauses: readonly Cause<DiskFacts>[] = [
	{
		id: "disk_full",
		title: "disk nearly full",
		meaning:
			"When the disk of DATA_DIR is full, webhooks are refused, and NCA sends none twice.",
		remedy:
			"Make the volume larger (`fly volumes extend`), or lower RETENTION_DAYS.",
		page: "/status",
		look({ disk }, isOpen) {
			if (disk === null) return "unknown";
			// What opens at 10 % and ends at 12 % does not come and go.
			const [part, bytes] = isOpen ? [0.12, 120 * MB] : [0.1, 100 * MB];
			if (disk.free >= part * disk.total && disk.free >= bytes) return null;
			const [free, total] = [disk.free / MB, disk.total / MB];
			return { details: `${Math.floor(free)} of ${Math.floor(total)} MB free` };
		},
	},
	{
		id: "database_destroyed",
		title: "database destroyed",
		meaning:
			"The inbox's database was destroyed on its disk. It was moved aside, and a new one begun: what waited was carried over as far as it could be read, and polling finds again what can be found. Webhooks that had been accepted and could not be read are lost.",
		remedy:
			"Look in the log for `database destroyed` and how many were carried over; check the disk. Run `POST /debug/check-stuck-jobs`. The alert ends when the file is moved out of DATA_DIR, or removed.",
		page: "/status",
		look: ({ destroyed }) =>
			destroyed.length === 0 ? null : { details: destroyed.join("; ") },
	},
];
