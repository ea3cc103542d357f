import { expect, test } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { STOP_WITHIN } from "../../src/service.ts";
import { settingNames } from "../../src/settings.ts";
import { imageEnv, only } from "./dockerfile.ts";
import { fly } from "./fly-toml.ts";

const { env, http_service: http } = fly;

/** Told to the process, and no settings of the program. */
const NOT_OURS = ["NODE_COMPILE_CACHE"];
/** Of a secret not a word stands in the repository; what is somebody's own neither. */
const NEVER = /KEY|SECRET|TOKEN|_URL|EMAIL|FROM|AIRTABLE_BASE_ID/;

/** As Fly starts it: the image's environment, fly.toml's over it, secrets over both. */
const configured = () =>
	loadConfig(
		{
			...imageEnv,
			...env,
			FLY_APP_NAME: "some-app",
			AIRTABLE_API_KEY: "pat0123456789",
			AIRTABLE_BASE_ID: "app0123456789",
			ADMIN_TOKEN: "0123456789abcdef01234567",
		},
		(dir) => dir !== fly.mounts.destination,
	);

const seconds = (text = "") => Number(/^(\d+)s$/.exec(text)?.[1]);

test("the program takes its settings, and has nothing to say against them", () => {
	const config = configured();

	expect(config).toMatchObject({
		NODE_ENV: "production",
		HOST: "0.0.0.0",
		PORT: http.internal_port,
		METRICS_PORT: fly.metrics.port,
		DATA_DIR: fly.mounts.destination,
	});
	expect(config.warnings).toEqual([]);
});

test("the image and Fly mean the same port and folder", () => {
	expect(imageEnv).toMatchObject({ PORT: env.PORT, DATA_DIR: env.DATA_DIR });
	expect(only("EXPOSE")).toBe(String(http.internal_port));
	expect(fly.build.dockerfile).toBe("Dockerfile");
});

test("every name that is set is a setting's, and none is a secret's or of one's own", () => {
	const names = [...Object.keys(imageEnv), ...Object.keys(env)];
	const known: string[] = [...settingNames, ...NOT_OURS];

	expect(names.filter((name) => !known.includes(name))).toEqual([]);
	expect(names.filter((name) => NEVER.test(name))).toEqual([]);
	expect(Object.values(env).every((value) => typeof value === "string")).toBe(
		true,
	);
});

test("it is asked to stop, and has the time that it may take", () => {
	expect(fly.kill_signal).toBe("SIGTERM");
	expect(fly.kill_timeout * 1000).toBeGreaterThan(STOP_WITHIN);
	// Fly takes no more.
	expect(fly.kill_timeout).toBeLessThanOrEqual(300);
});

test("it never stops: not when it is idle, nor when it has crashed often", () => {
	expect(http).toMatchObject({
		auto_stop_machines: "off",
		auto_start_machines: true,
		min_machines_running: 1,
	});
	expect(fly.restart).toEqual([{ policy: "always" }]);
});

test("nothing stands before a webhook: no redirect, no handler of Fly's own, no limit", () => {
	expect(http.force_https).toBe(false);
	expect(Object.keys(http).sort()).toEqual([
		"auto_start_machines",
		"auto_stop_machines",
		"checks",
		"concurrency",
		"force_https",
		"internal_port",
		"min_machines_running",
	]);
	expect(http.concurrency).toEqual({
		type: "requests",
		soft_limit: expect.any(Number),
	});
	expect(fly).not.toHaveProperty("services");
	expect(fly).not.toHaveProperty("statics");
});

test("its health is asked for, with a time to begin in and a time to answer in", () => {
	const [check, ...others] = http.checks;

	expect(others).toEqual([]);
	expect(check).toMatchObject({ method: "GET", path: "/health" });
	// A bare number would be milliseconds.
	expect(seconds(check?.grace_period)).toBeGreaterThanOrEqual(5);
	expect(seconds(check?.timeout)).toBeLessThan(seconds(check?.interval));
});

test("its figures are fetched where they are shown to nobody else", () => {
	expect(fly.metrics).toEqual({
		port: Number(env.METRICS_PORT),
		path: "/metrics",
	});
	expect(fly.metrics.port).not.toBe(http.internal_port);
});

test("it is one small machine with a volume that is kept for days, replaced in place", () => {
	expect(fly.vm).toEqual([{ size: "shared-cpu-1x", memory: "256mb" }]);
	expect(fly.deploy).toEqual({ strategy: "rolling" });
	expect(fly.mounts.snapshot_retention).toBeGreaterThanOrEqual(5);
});
