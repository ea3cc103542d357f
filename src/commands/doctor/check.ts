/** What one check found. `unknown`: it could not be told, which is not broken. */
export type Finding = {
	check: string;
	state: "ok" | "broken" | "warning" | "unknown";
	found: string;
	/** What to do; null where nothing is. */
	remedy: string | null;
};

/** A part of the set-up that can be looked at. Throws nothing; changes nothing. */
export type Examine = () => Promise<Finding[]>;
