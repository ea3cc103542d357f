import request from "supertest";

/** Every line of a page that is no comment: its name with its labels, and its value. */
export async function metricsOf(url: string): Promise<Map<string, number>> {
	const { text } = await request(url).get("/metrics").expect(200);
	const lines = text.split("\n").filter((line) => !/^(#|$)/.test(line));
	return new Map(
		lines.map((line) => {
			const [, name, value] = /^(\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
			if (!name) throw new Error(`no line of a metric: ${line}`);
			return [name, Number(value)];
		}),
	);
}

/** Which are others than they were. */
export function risen(
	before: ReadonlyMap<string, number>,
	after: ReadonlyMap<string, number>,
): Record<string, number> {
	const changed = [...after].filter(
		([name, value]) => value !== (before.get(name) ?? 0),
	);
	return Object.fromEntries(changed);
}
