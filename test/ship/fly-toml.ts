import { parse } from "smol-toml";
import { read } from "./dockerfile.ts";

/** What this program says to Fly; a table more is a decision. */
export type Fly = {
	kill_signal: string;
	kill_timeout: number;
	build: { dockerfile: string };
	deploy: { strategy: string };
	env: Record<string, string>;
	mounts: { destination: string; snapshot_retention: number };
	http_service: {
		internal_port: number;
		force_https: boolean;
		auto_stop_machines: string;
		auto_start_machines: boolean;
		min_machines_running: number;
		concurrency: { type: string; soft_limit: number };
		checks: Record<string, string>[];
	};
	metrics: { port: number; path: string };
	restart: { policy: string }[];
	vm: { size: string; memory: string }[];
};
export const fly = parse(read("fly.toml")) as Fly;
