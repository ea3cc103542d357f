import { z } from "zod";
import type { Task, Via } from "./job.ts";

/** Who is answered: `sender` is NCA, by its proof where one is demanded; `job` is who bears a job's own token. */
export type Door = "anyone" | "sender" | "operator" | "operator or job";

/** What is answered with one status. */
export type Answer = {
	/** In a few words, when. */
	says: string;
	/** The JSON's; of another content there is none. */
	schema?: z.ZodType;
	/** The media types, where it is no JSON. */
	types?: readonly string[];
};

/** What is taken as a body. */
type Body = {
	schema: z.ZodType;
	/** Whether one must be sent. */
	required: boolean;
	/** The media type, where any is taken. */
	type?: "*/*";
};

/** A route as machines are told of it. */
export type Described = {
	method: "get" | "post";
	/** As Express has it: `/debug/jobs/:job_id`. */
	path: string;
	/** What a client that is generated calls it. */
	name: string;
	tag: "webhooks" | "monitoring" | "requests" | "jobs";
	summary: string;
	/** What else a caller should know. */
	description?: string;
	door: Door;
	/** The parameters of its path. */
	params?: z.ZodObject;
	query?: z.ZodObject;
	body?: Body;
	/** By status; the refusals that the door and the parsing bring with them are not repeated. */
	answers: Readonly<Record<number, Answer>>;
};

/** When something was, in ISO. */
export const time = z.iso.datetime();

/** How an outcome was learnt. */
export const via = z.enum([
	"webhook",
	"polling",
	"nca_status",
	"manual",
	"timeout",
] satisfies Via[]);

/** What a delivery is taken out of the inbox for. */
export const task = z
	.enum(["outcome", "read_back", "reopen"] satisfies Task[])
	.describe("all but an outcome are the program's own errands");

/** All that is refused, and every fault, is answered so. */
const refusal = z
	.strictObject({ error: z.string().describe("why, in words") })
	.meta({ id: "Refusal" });

/** An answer of that. */
export const refused = (says: string): Answer => ({ says, schema: refusal });

/** What a route that reads the store, or asks Airtable, can come to. */
export const outOfReach = {
	500: refused("A fault of this program's: its log says more"),
	503: refused("The store, or Airtable, cannot be reached"),
};
