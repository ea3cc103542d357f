import { connect } from "node:net";
import { floodRequest } from "./webhooks.ts";

export type Order = {
	url: string;
	connections: number;
	/** What the URLs of the files begin with. */
	files: string;
	/** The first job that is spoken of. */
	from: number;
	/** How many to send at most, and for how long, ms. */
	most: number;
	ms: number;
};

export type Flooded = {
	/** How long each took from the last byte sent to the last received, ms. */
	took: number[];
	refused: number;
	seconds: number;
	/** Of a processor, this process's share: near 1, it was the limit and not the server. */
	busy: number;
};

/**
 * Sends webhooks over connections that are kept alive, on each the next as soon as the last is answered. By sockets,
 * not by an HTTP client: that would cost more than what is measured.
 */
function flood(order: Order): Promise<Flooded> {
	const { hostname, port, host } = new URL(order.url);
	const took: number[] = [];
	let refused = 0;
	let sent = 0;
	let open = order.connections;
	const cpu = process.cpuUsage();
	const began = performance.now();
	const until = began + order.ms;

	return new Promise((resolve, reject) => {
		for (let nth = 0; nth < order.connections; nth += 1) {
			const socket = connect(Number(port), hostname);
			socket.setNoDelay(true);
			socket.setEncoding("latin1");
			let at = 0;
			let answer = "";
			const next = () => {
				if (sent >= order.most || performance.now() >= until) {
					socket.destroy();
					open -= 1;
					if (open === 0) resolve(result());
					return;
				}
				const request = floodRequest(order.from + sent, host, order.files);
				sent += 1;
				answer = "";
				socket.write(request, "latin1");
				at = performance.now();
			};
			socket.on("data", (chunk) => {
				answer += chunk;
				if (!isWhole(answer)) return;
				took.push(performance.now() - at);
				if (!answer.startsWith("HTTP/1.1 200 ")) refused += 1;
				next();
			});
			socket.once("connect", next);
			socket.once("error", reject);
			socket.once("end", () => reject(new Error("it hung up")));
		}
	});

	function result(): Flooded {
		const { user, system } = process.cpuUsage(cpu);
		const ms = performance.now() - began;
		const busy = (user + system) / 1000 / ms;
		return { took, refused, seconds: ms / 1000, busy };
	}
}

function isWhole(answer: string): boolean {
	const end = answer.indexOf("\r\n\r\n");
	if (end < 0) return false;
	const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
	return answer.length >= end + 4 + Number(length);
}

process.on("message", async (order: Order) => {
	process.send?.(await flood(order));
});
