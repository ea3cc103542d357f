import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Whether two secrets are the same, in constant time; hashed first, since their lengths may differ. */
export function isSameSecret(given: string, expected: string): boolean {
	const digest = (text: string) => createHash("sha256").update(text).digest();
	return timingSafeEqual(digest(given), digest(expected));
}

/** The hex HMAC-SHA256 by which a sender shows that it knows the secret. */
export function hmac(secret: string, data: string | Buffer): string {
	return createHmac("sha256", secret).update(data).digest("hex");
}
