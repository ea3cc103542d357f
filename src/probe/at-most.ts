/** Lets at most so many run at once; the others wait for their turn, in order. */
export function atMost(most: number) {
	const waiting: (() => void)[] = [];
	let running = 0;

	return async function through<T>(work: () => Promise<T>): Promise<T> {
		if (running >= most) {
			await new Promise<void>((resolve) => waiting.push(resolve));
		} else running += 1;
		try {
			return await work();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else running -= 1;
		}
	};
}
