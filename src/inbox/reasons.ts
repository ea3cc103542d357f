/** Why a delivery is to be tried again: the process ended with it in hand. */
export const INTERRUPTED = "interrupted by a stop";
/** Its job was closed by another: if that does not settle it, it is parked again at once. */
export const JOB_CLOSED = "its job was closed";
/** A person, or the program itself, has it settled once more. */
export const TAKEN_AGAIN = "taken again";
/** It named its run before its record did. */
export const BORNE_NOW = "its record bears its id now";
/** Why it was parked, as settle says: a failure under an id that its record does not bear. */
export const UNCONFIRMED = "unconfirmed";
