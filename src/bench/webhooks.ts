/** What a flood of webhooks speaks of: the nth job of the run. */
export type FloodJob = { id: string; ncaJobId: string; targetId: string };

/** The nth job: no two are alike, and its ids are as long, and as random, as real ones. */
export function floodJob(n: number): FloodJob {
	const digits = String(n).padStart(14, "0");
	const [a, b, c, d] = [1, 2, 3, 4].map((salt) => hex(n, salt));
	return {
		id: `rec${digits}`,
		targetId: `rec${digits.replace("0", "s")}`,
		ncaJobId: `${a}-${b?.slice(0, 4)}-4${b?.slice(5)}-a${c?.slice(5)}-${d}${c?.slice(0, 4)}`,
	};
}

/** The name of its file. */
export const fileOf = ({ ncaJobId }: Pick<FloodJob, "ncaJobId">) =>
	`${ncaJobId}_output_0.mp4`;

/** Its webhook as NCA posts it, by Python's `requests`, down to the spaces; of every fourth the body has no `id`. */
export function floodRequest(n: number, host: string, files: string): string {
	const job = floodJob(n);
	const id = n % 4 === 0 ? "null" : `"${job.id}"`;
	const body =
		`{"endpoint": "/v1/ffmpeg/compose", "code": 200, "id": ${id}, "job_id": "${job.ncaJobId}", ` +
		`"response": [{"file_url": "${files}/${fileOf(job)}"}], "message": "success", "pid": 31, ` +
		`"queue_id": 139871234567120, "run_time": 19.812, "queue_time": 0.002, "total_time": 19.814, ` +
		`"queue_length": 0, "build_number": 209}`;
	return (
		`POST /webhooks/nca-toolkit?job_id=${job.id}&operation=combine&target_id=${job.targetId} HTTP/1.1\r\n` +
		`Host: ${host}\r\nUser-Agent: python-requests/2.32.5\r\nAccept-Encoding: gzip, deflate\r\n` +
		`Accept: */*\r\nConnection: keep-alive\r\nContent-Length: ${body.length}\r\n` +
		`Content-Type: application/json\r\n\r\n${body}`
	);
}

function hex(n: number, salt: number): string {
	let mixed = Math.imul(n ^ (salt << 28), 0x9e3779b1);
	mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77 + salt);
	return (mixed >>> 0).toString(16).padStart(8, "0");
}
