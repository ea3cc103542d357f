import { createLine, type Link } from "./line.ts";

const KIB = 1024;

/** What all bodies that are being read, or are being stored, may take of the memory together, bytes. */
const MOST = 32 * KIB * KIB;
/** A body over it is a large one; the largest ever seen of NCA's had 434. Also what one read of a socket brings. Bytes. */
const SMALL = 64 * KIB;
/** Of the whole: how far large bodies may fill it, and those that show no proof. */
const FOR_LARGE = 0.5;
const FOR_UNPROVEN = 0.75;
/** How long a body may wait for room, ms. */
const WAIT_MS = 10_000;

/** A request whose body is being read. */
export type Reader = {
	/** Whether it bears what may prove its sender. Asked only where room is short. */
	mayProve: () => boolean;
	pause: () => void;
	goOn: () => void;
	/** There was no room for it: nothing more of it is to be read. */
	giveUp: () => void;
};

export type Room = {
	/** A place for a reader, which takes no room yet. */
	placeFor(reader: Reader): Place;
	/** Takes room for bytes that have come; the reader may be paused by it, or given up. */
	take(place: Place, bytes: number): void;
	/** All of its body has come. It is given up no more, and keeps its room until it leaves. */
	end(place: Place): void;
	/** Nothing of it is held any more. */
	leave(place: Place): void;
};

type Place = Link & {
	readonly reader: Reader;
	/** 0: it stands in no line. */
	bytes: number;
	isWhole: boolean;
	isPaused: boolean;
	/** From when it first had to wait. */
	timer: NodeJS.Timeout | undefined;
};

/**
 * Bounds the memory of bodies. Where room gets short, large bodies wait first, then those without proof; where there is
 * none left, whoever has been sending longest is given up, without proof before with. NCA's bodies come in one piece.
 */
export function createRoom({ most = MOST, waitMs = WAIT_MS } = {}): Room {
	/** Longest there first. */
	const places = createLine<Place>();
	let taken = 0;
	let paused = 0;

	const reading = () => places.all().filter(({ isWhole }) => !isWhole);

	/** So much may be taken in all for this one to go on. */
	function limitOf(place: Place): number {
		const limit = most * FOR_UNPROVEN;
		if (place.bytes > SMALL) {
			// Else all could stand still, each waiting for the others.
			const isFirst = reading().next().value === place;
			return isFirst ? limit : most * FOR_LARGE;
		}
		return taken > limit && place.reader.mayProve() ? most : limit;
	}

	function giveUp(place: Place): void {
		leave(place);
		place.reader.giveUp();
	}

	/** @returns false where nobody is left to give up */
	function makeRoom(): boolean {
		const first = reading().next().value;
		const out = reading().find(({ reader }) => !reader.mayProve()) ?? first;
		if (out) giveUp(out);
		return out !== undefined;
	}

	function leave(place: Place): void {
		if (place.bytes === 0) return;
		places.remove(place);
		taken -= place.bytes;
		place.bytes = 0;
		if (place.isPaused) paused -= 1;
		place.isPaused = false;
		clearTimeout(place.timer);
		if (paused > 0) letGoOn();
	}

	/** Each brings at least as much as one read does. */
	function letGoOn(): void {
		let coming = 0;
		for (const place of places.all()) {
			if (!place.isPaused) continue;
			if (taken + coming + SMALL > limitOf(place)) continue;
			coming += SMALL;
			place.isPaused = false;
			paused -= 1;
			place.reader.goOn();
		}
	}

	return {
		placeFor: (reader) => ({
			reader,
			bytes: 0,
			isWhole: false,
			isPaused: false,
			timer: undefined,
			before: null,
			behind: null,
		}),
		take(place, bytes) {
			if (place.bytes === 0) places.append(place);
			place.bytes += bytes;
			taken += bytes;
			while (taken > most && makeRoom());
			if (place.bytes === 0 || place.isPaused) return;
			if (taken <= limitOf(place)) return;
			place.isPaused = true;
			paused += 1;
			place.timer ??= setTimeout(() => giveUp(place), waitMs);
			place.reader.pause();
		},
		end(place) {
			place.isWhole = true;
			clearTimeout(place.timer);
		},
		leave,
	};
}
