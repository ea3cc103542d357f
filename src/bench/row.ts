/** One line of the table: a ratio and its goal first, then what it was made of on this machine. */
export type Row = {
	what: string;
	/** Empty where an absolute figure is measured. */
	ratio: string;
	goal: string;
	/** null: there is no goal. */
	met: boolean | null;
	figures: string;
};

/** Where the program keeps what it is given. */
export type StoreName = "sqlite" | "redis";

/** Measures one part of the program, and says meanwhile what it is at. */
export type Measure = (options: {
	store: StoreName;
	say: (progress: string) => void;
}) => Promise<Row[]>;
