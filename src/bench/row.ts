/** One line of the table: a ratio and its goal first, then what it was made of on this machine. */
export type Row = {
	what: string;
	ratio: string;
	goal: string;
	/** null: there is no goal. */
	met: boolean | null;
	figures: string;
};

/** Measures one part of the program, and says meanwhile what it is at. */
export type Measure = (options: {
	store: "sqlite" | "redis";
	redisUrl?: string;
	say: (progress: string) => void;
}) => Promise<Row[]>;
