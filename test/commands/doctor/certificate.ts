import { generateKeyPairSync, randomUUID, sign } from "node:crypto";

/** What a server shows, and what it proves it with; PEM. */
export type Certificate = { cert: string; key: string };

type Of = { name: string /** ms since the epoch */; from: number; to: number };

/** A certificate that signs itself; node:crypto reads them, and makes none. Source: RFC 5280, section 4.1. */
export function certificateFor({ name, from, to }: Of): Certificate {
	const { privateKey, publicKey } = generateKeyPairSync("ec", {
		namedCurve: "P-256",
	});
	const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"));
	// Of two authorities of one name, the wrong one would be asked.
	const issuer = Buffer.from(randomUUID());
	const called = sequence(
		der(0x31, sequence(objectId("550403"), der(0x0c, issuer))),
	);
	// Of 127.0.0.1 too, where every server of a test is.
	const names = sequence(
		der(0x82, Buffer.from(name)),
		der(0x87, Buffer.of(127, 0, 0, 1)),
	);
	const signed = sequence(
		der(0xa0, integer(2)),
		integer(1),
		ecdsaWithSha256,
		called,
		sequence(time(from), time(to)),
		called,
		publicKey.export({ type: "spki", format: "der" }),
		der(0xa3, sequence(sequence(objectId("551d11"), der(0x04, names)))),
	);
	const signature = sign("sha256", signed, privateKey);
	const whole = sequence(
		signed,
		ecdsaWithSha256,
		der(0x03, Buffer.concat([Buffer.of(0), signature])),
	);
	const lines = whole.toString("base64").replace(/.{64}/g, "$&\n");
	return {
		cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
		key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
	};
}

function der(tag: number, value: Buffer): Buffer {
	const { length } = value;
	const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.of(tag, ...size), value]);
}

function sequence(...parts: Buffer[]): Buffer {
	return der(0x30, Buffer.concat(parts));
}

function integer(value: number): Buffer {
	return der(0x02, Buffer.of(value));
}

function objectId(hex: string): Buffer {
	return der(0x06, Buffer.from(hex, "hex"));
}

/** As `20261123120000Z`. */
function time(ms: number): Buffer {
	const digits = new Date(ms).toISOString().replace(/\.\d+|\D/g, "");
	return der(0x18, Buffer.from(`${digits}Z`));
}
