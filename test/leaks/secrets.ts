/** Every secret of the suite that is one; a test looks whether it is whole. */
export const SECRETS = [
	"patTEST.a-key-that-nobody-may-see",
	"nca-key-that-nobody-may-see",
	"an admin token that is long enough",
	"an admin token long enough",
	"an-admin-token-of-24-characters",
	"a secret that is long enough",
	"a webhook secret that is long enough",
	"a webhook secret for queries alone",
	"a secret of at least 24 characters",
	"a-secret-of-at-least-24-characters",
	"the secret of today, and not of yesterday",
	"0123456789abcdef-webhooks",
	"0123456789abcdef-operators",
	"0123456789abcdef01234567",
	"a-password-that-nobody-may-see",
	"a-hook-that-nobody-may-see",
	"a-signature-of-an-url-that-nobody-may-see",
] as const;

/** The key of the stand-in for Airtable, for NCA. */
export const [AIRTABLE_KEY, NCA_KEY] = SECRETS;
/** For what is signed, or wants a password, in a test that asks for it. */
export const [HOOK, PASSWORD, SIGNED] = [
	"a-hook-that-nobody-may-see",
	"a-password-that-nobody-may-see",
	"a-signature-of-an-url-that-nobody-may-see",
];
