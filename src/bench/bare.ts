import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";

// What any Express program does at least that takes JSON, and so what ours is measured against.
const app = express();
app.use(express.json());
app.post("/webhooks/nca-toolkit", (_req, res) => {
	res.json({ status: "accepted" });
});
const server = createServer(app);
server.listen(0, "127.0.0.1", () => {
	const { port } = server.address() as AddressInfo;
	process.send?.({ url: `http://127.0.0.1:${port}`, pid: process.pid });
});
