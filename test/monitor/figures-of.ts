import request from "supertest";
import type { Figures } from "../../src/monitor/figures.ts";
import type { SetUp } from "../set-up.ts";

type Shown = Pick<SetUp, "url">;

export async function figuresOf({ url }: Shown): Promise<Figures> {
	const { body } = await request(url).get("/status").expect(200);
	return body;
}

/** Which figures of a part are others after something was done, and what they are then. */
export async function changesOf<Part extends keyof Figures>(
	shown: Shown,
	part: Part,
	act: () => PromiseLike<unknown>,
): Promise<Partial<Figures[Part]>> {
	const before = await figuresOf(shown);
	await act();
	const after = await figuresOf(shown);
	const was: Record<string, unknown> = before[part];
	const changed = Object.entries(after[part]).filter(
		([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]),
	);
	return Object.fromEntries(changed) as Partial<Figures[Part]>;
}
