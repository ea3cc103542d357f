import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * What a browser is told of every answer: it is what it says it is, loads and frames nothing, and is named to no other
 * site; in production also that this host is to be asked by https alone. The dashboard has a policy of its own.
 */
export function createHeaders(production: boolean): RequestHandler {
	return helmet({
		contentSecurityPolicy: {
			useDefaults: false,
			directives: {
				defaultSrc: ["'none'"],
				baseUri: ["'none'"],
				formAction: ["'none'"],
				frameAncestors: ["'none'"],
			},
		},
		strictTransportSecurity: production,
		xFrameOptions: { action: "deny" },
		// Of browsers that are gone.
		xDownloadOptions: false,
		xPermittedCrossDomainPolicies: false,
		xXssProtection: false,
	});
}
