import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Addresses that lead nowhere from another network. */
const near = new BlockList();
for (const [net, prefix] of [
	["0.0.0.0", 8],
	["10.0.0.0", 8],
	["100.64.0.0", 10],
	["127.0.0.0", 8],
	["169.254.0.0", 16],
	["172.16.0.0", 12],
	["192.168.0.0", 16],
] as const)
	near.addSubnet(net, prefix);
for (const [net, prefix] of [
	["::", 127],
	["fc00::", 7],
	["fe80::", 10],
] as const)
	near.addSubnet(net, prefix, "ipv6");

const isIn = (list: BlockList, address: string) => {
	const family = isIP(address);
	return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
};

/** Whether an address is of a private network, or of this machine. */
export function isPrivate(address: string): boolean {
	return isIn(near, address);
}

/** Whether the host of an URL is this machine, by its name or number alone. */
export function isLoopback(hostname: string): boolean {
	const host = bare(hostname);
	return /^(.*\.)?localhost$/i.test(host) || isIn(loopback, host);
}

/** An URL's host as a resolver wants it: IPv6 without its brackets. */
export function bare(hostname: string): string {
	return hostname.replace(/^\[(.*)\]$/, "$1");
}
