import type { NcaStandIn } from "../../src/sandbox/nca.ts";
import { type SetUp, setUp } from "../set-up.ts";

type Bench = SetUp & { nca: NcaStandIn };

/** The program on an empty disk, in the same world and at the same time: all that it knew is lost. */
export async function loseLedger(bench: Bench): Promise<Bench> {
	const { config, clock, airtable, spaces, nca } = bench;
	const after = await setUp({
		AIRTABLE_ENDPOINT_URL: config.AIRTABLE_ENDPOINT_URL,
		SPACES_BASE_URL: config.SPACES_BASE_URL.join(","),
		NCA_BASE_URL: config.NCA_BASE_URL ?? "",
		NCA_API_KEY: config.NCA_API_KEY ?? "",
		WEBHOOK_SECRET: config.WEBHOOK_SECRET ?? "",
	});
	after.clock.advance(clock.now() - after.clock.now());
	return { ...after, airtable, spaces, nca };
}
