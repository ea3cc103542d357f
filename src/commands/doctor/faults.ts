type Told = { found: string; remedy: string };

/** Why no answer came from a host, by the code of the fault, and what to do; `setting` names where the host stands. */
export function toldOfFault(code: string, setting: string): Told {
	for (const { codes, found, remedy } of FAULTS) {
		if (!codes.test(code)) continue;
		return {
			found: `${found} (${code})`,
			remedy: remedy.replace("{setting}", setting),
		};
	}
	return {
		found: `the request failed (${code})`,
		remedy: `Try the URL of ${setting} with curl -v from this machine`,
	};
}

/** The first that fits. */
const FAULTS: readonly (Told & { codes: RegExp })[] = [
	{
		codes: /^(ENOTFOUND|ENODATA)$/,
		found: "its name is not known to DNS",
		remedy: "Look for a slip in the host of {setting}",
	},
	{
		codes: /^EAI_/,
		found: "DNS did not answer",
		remedy: "Look whether this machine has a network and a DNS server",
	},
	{
		codes: /^ECONNREFUSED$/,
		found: "nothing listens there",
		remedy: "Look for a slip in the port of {setting}, and whether it runs",
	},
	{
		codes: /^(LATE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
		found: "it did not answer in time",
		remedy:
			"Look whether it runs, and whether a firewall stands before the host of {setting}",
	},
	{
		codes: /^(ECONNRESET|EPIPE|ECONNABORTED)$/,
		found: "the connection was cut",
		remedy:
			"Look whether {setting} has the right scheme, http or https, and whether a proxy stands between",
	},
	{
		codes: /^CERT_HAS_EXPIRED$/,
		found: "its certificate has expired",
		remedy: "Renew the certificate of the host of {setting}",
	},
	{
		codes: /^CERT_NOT_YET_VALID$/,
		found: "its certificate is not valid yet",
		remedy:
			"Set the clock of this machine, or wait until the certificate of the host of {setting} is valid",
	},
	{
		codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
		found: "its certificate is for another name",
		remedy:
			"Have a certificate made for the host of {setting}, or set the host that it is for",
	},
	{
		codes: /SELF_SIGNED|UNABLE_TO_|^CERT_/,
		found: "its certificate is not trusted",
		remedy:
			"Have the host of {setting} send a certificate of a public authority, with the whole chain",
	},
	{
		codes: /^(EPROTO|ERR_SSL|ERR_TLS)/,
		found: "no TLS connection could be agreed on",
		remedy: "Look whether the host of {setting} speaks https on that port",
	},
];
