import { expect, onTestFinished, test } from "vitest";
import { createRoom, type Reader } from "../../src/receive/room.ts";

const KIB = 1024;
/** Half of it is for large bodies, three quarters for those without proof. */
const MOST = 1000 * KIB;

/** A reader that notes what it is told. */
function createReader(proof = false) {
	const told: string[] = [];
	const over = Promise.withResolvers<void>();
	const reader: Reader = {
		mayProve: () => proof,
		pause: () => void told.push("pause"),
		goOn: () => void told.push("go on"),
		giveUp() {
			told.push("give up");
			over.resolve();
		},
	};
	return { ...reader, told, over: over.promise };
}

function setUp(waitMs = 60_000) {
	const room = createRoom({ most: MOST, waitMs });
	/** One that has sent so much already. */
	const sending = (kib: number, proof = false) => {
		const reader = createReader(proof);
		const place = room.placeFor(reader);
		onTestFinished(() => room.leave(place));
		room.take(place, kib * KIB);
		return { ...reader, place };
	};
	return { room, sending };
}

test("large bodies wait from when half of the room is taken, and small ones do not", () => {
	const { sending } = setUp();
	sending(400);

	const large = sending(110);
	const small = sending(1);

	expect(large.told).toEqual(["pause"]);
	expect(small.told).toEqual([]);
});

test("the large one that came first goes on, or all might wait for each other", () => {
	const { room, sending } = setUp();
	const first = sending(600);
	const second = sending(70);

	room.leave(first.place);

	expect(first.told).toEqual([]);
	expect(second.told).toEqual(["pause", "go on"]);
});

test("small ones without proof wait from three quarters on, and those with proof do not", () => {
	const { sending } = setUp();
	sending(760);

	const unproven = sending(1);
	const proven = sending(1, true);

	expect(unproven.told).toEqual(["pause"]);
	expect(proven.told).toEqual([]);
});

test("who waits goes on when there is room again", () => {
	const { room, sending } = setUp();
	const first = sending(400);
	const waiting = sending(110);

	room.leave(first.place);

	expect(waiting.told).toEqual(["pause", "go on"]);
});

test("as many go on as there is room for, and no more", () => {
	const { room, sending } = setUp();
	const first = sending(270);
	const others = [100, 100, 100].map((kib) => sending(kib));
	expect(others.map(({ told }) => told)).toEqual([[], [], ["pause"]]);
	const late = sending(70);

	room.leave(first.place);

	// 370 KiB are taken then, and each reads 64 at a time.
	expect(others[2]?.told).toEqual(["pause", "go on"]);
	expect(late.told).toEqual(["pause", "go on"]);
});

test("whose wait is over is given up, and leaves its room", async () => {
	const { sending } = setUp(1);
	sending(400);
	const late = sending(600 - 400 - 90);

	await late.over;

	expect(late.told).toEqual(["pause", "give up"]);
	expect(sending(1, true).told).toEqual([]);
});

test("going on for a while does not make the wait longer", async () => {
	const { room, sending } = setUp(1);
	const first = sending(400);
	const slow = sending(110);
	room.leave(first.place);

	await slow.over;

	expect(slow.told).toEqual(["pause", "go on", "give up"]);
});

test("where all is taken, who has been sending longest gives way, without proof before with", () => {
	const { sending } = setUp();
	const proven = sending(300, true);
	const oldest = sending(300);
	const younger = sending(300);

	const last = sending(150, true);

	expect(oldest.told.at(-1)).toBe("give up");
	expect(proven.told).not.toContain("give up");
	expect(younger.told).not.toContain("give up");
	expect(last.told).not.toContain("give up");
});

test("what has come whole is not given up, whoever comes", async () => {
	const { room, sending } = setUp(1);
	const whole = sending(900);
	room.end(whole.place);

	const other = sending(200);
	await other.over;

	expect(whole.told).toEqual(["pause"]);
	expect(other.told).toEqual(["give up"]);
});

test("what left takes no room, however often it leaves", () => {
	const { room, sending } = setUp();
	const first = sending(400);
	room.leave(first.place);
	room.leave(first.place);

	expect(sending(450).told).toEqual([]);
	expect(sending(70).told).toEqual(["pause"]);
});
