import { expect, test } from "vitest";
import { HOUR, START } from "../set-up.ts";
import type { OpenLedger } from "./seen.ts";

const URL = "https://files.example/phi-bucket/run-1_output_0.mp4";
const OTHER_URL = `${URL}?`;

/** What every store promises of the files that a HEAD has found. */
export function filesContract(open: OpenLedger): void {
	test("a file that was found is known by its URL, with its size, and when", async () => {
		const { ledger } = await open();

		await ledger.fileSeen(URL, 5_000_000_000, START);

		const seen = { size: 5_000_000_000, at: START };
		expect(await ledger.seenFile(URL)).toEqual(seen);
		expect(await ledger.seenFile(OTHER_URL)).toBeNull();
	});

	test("a file that was found again is known as it was found last", async () => {
		const { ledger } = await open();

		await ledger.fileSeen(URL, 10, START);
		await ledger.fileSeen(URL, 20, START + 1);

		expect(await ledger.seenFile(URL)).toEqual({ size: 20, at: START + 1 });
	});

	test("of files that are found at once each is known", async () => {
		const { ledger } = await open();
		const urls = Array.from({ length: 50 }, (_, nth) => `${URL}-${nth}`);

		await Promise.all(
			urls.map((url, nth) => ledger.fileSeen(url, nth + 1, START)),
		);

		const sizes = await Promise.all(
			urls.map(async (url) => (await ledger.seenFile(url))?.size),
		);
		expect(sizes).toEqual(urls.map((_, nth) => nth + 1));
	});

	test("it is still known when the store is opened again", async () => {
		const { ledger, reopen } = await open();
		await ledger.fileSeen(URL, 10, START);

		const again = await reopen();

		expect(await again.seenFile(URL)).toEqual({ size: 10, at: START });
	});

	test("it is forgotten with what happened before", async () => {
		const { ledger } = await open();
		await ledger.fileSeen(URL, 10, START);
		await ledger.fileSeen(OTHER_URL, 10, START + HOUR);

		await ledger.prune(START + 1, START);

		expect(await ledger.seenFile(URL)).toBeNull();
		expect(await ledger.seenFile(OTHER_URL)).not.toBeNull();
	});
}
