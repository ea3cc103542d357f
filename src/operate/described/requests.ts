import { z } from "zod";
import { type Described, outOfReach, refused } from "../../described.ts";
import { filterOf, spanOf } from "../webhook-routes.ts";
import { deliveryAccepted, replayed } from "./actions.ts";
import { recordedList, recordedWhole } from "./recorded.ts";

const params = z.object({ delivery_id: z.string() });
const unreadable = refused("The address cannot be decoded");
const unknown = refused("No recorded request bears that id");

/** Recorded requests. */
export const described: readonly Described[] = [
	{
		method: "get",
		path: "/debug/webhooks",
		name: "listRequests",
		tag: "requests",
		summary: "Recorded requests, newest first",
		door: "operator",
		query: filterOf(Date.now),
		answers: {
			200: { says: "Some of them", schema: recordedList },
			...outOfReach,
		},
	},
	{
		method: "get",
		path: "/debug/webhooks/:delivery_id",
		name: "getRequest",
		tag: "requests",
		summary: "One recorded request",
		door: "operator",
		params,
		answers: {
			200: { says: "It", schema: recordedWhole },
			400: unreadable,
			404: unknown,
			...outOfReach,
		},
	},
	{
		method: "post",
		path: "/debug/webhooks/replay",
		name: "replayRequests",
		tag: "requests",
		summary: "Has the recorded requests of a time judged again",
		door: "operator",
		body: { schema: spanOf(Date.now), required: true },
		answers: { 202: { says: "They are due", schema: replayed }, ...outOfReach },
	},
	{
		method: "post",
		path: "/debug/webhooks/:delivery_id/replay",
		name: "replayRequest",
		tag: "requests",
		summary: "Has a recorded request judged again",
		door: "operator",
		params,
		answers: {
			202: { says: "It is due", schema: deliveryAccepted },
			404: unknown,
			409: refused("One that is refused, a test, or under way is not"),
			...outOfReach,
		},
	},
];
