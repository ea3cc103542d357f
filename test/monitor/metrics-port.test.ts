import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import request from "supertest";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { startService } from "../../src/service.ts";
import { setUp, temporaryFolder } from "../set-up.ts";

const ADMIN_TOKEN = "an admin token that is long enough";

/** One that nobody listens on. */
async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}

/** The service on the stand-ins of a bench, with a port for metrics. */
async function start(metricsPort?: number) {
	const { config } = await setUp({ ADMIN_TOKEN });
	const port = metricsPort ?? (await freePort());
	const log = await createLog({ level: "silent", write: () => {} });
	const service = await startService(
		{
			...config,
			DATA_DIR: temporaryFolder(),
			ENABLE_JOB_POLLING: false,
			HOST: "127.0.0.1",
			PORT: 0,
			METRICS_PORT: port,
		},
		log,
	);
	let stopped = false;
	const stop = async () => {
		if (!stopped) await service.stop();
		stopped = true;
	};
	onTestFinished(stop);
	return { ...service, stop, metrics: `http://127.0.0.1:${port}` };
}

test("METRICS_PORT shows the metrics without a token", async () => {
	const { metrics } = await start();

	const { status, text } = await request(metrics).get("/metrics");

	expect(status).toBe(200);
	expect(text).toContain('nca_webhooks_total{status="accepted"} 0');
});

test.each([
	["get", "/"],
	["get", "/health"],
	["get", "/status"],
	["get", "/debug/webhooks"],
	["post", "/metrics"],
	["post", "/webhooks/nca-toolkit"],
	["post", "/debug/check-stuck-jobs"],
] as const)("METRICS_PORT takes no %s of %s", async (method, path) => {
	const { metrics } = await start();

	const { status } = await request(metrics)
		[method](path)
		.set("Authorization", `Bearer ${ADMIN_TOKEN}`);

	expect(status).toBe(404);
});

test("METRICS_PORT is closed when the service has stopped", async () => {
	const { metrics, stop } = await start();

	await stop();

	await expect(fetch(`${metrics}/metrics`)).rejects.toThrow();
});

test("a port that cannot be had is named by its setting", async () => {
	const taken = createServer().listen(0, "127.0.0.1");
	await once(taken, "listening");
	onTestFinished(() => void taken.close());
	const { port } = taken.address() as AddressInfo;

	await expect(start(port)).rejects.toThrow(
		`HOST 127.0.0.1, METRICS_PORT ${port}`,
	);
});
