import type { DeliveryId } from "../job.ts";

/** Makes ids that sort by time and are unique over machines: milliseconds, a counter, and this process's own mark. */
export function createDeliveryIds(
	now: () => number,
	random: () => number,
): () => DeliveryId {
	const mark = base36(Math.floor(random() * 36 ** 7), 7);
	let count = 0;
	return () => {
		count = (count + 1) % 36 ** 4;
		return `d${base36(now(), 9)}${base36(count, 4)}${mark}` as DeliveryId;
	};
}

function base36(value: number, digits: number): string {
	return value.toString(36).padStart(digits, "0");
}
