import { z } from "zod";

/** When something was, in ISO. */
export const time = z.iso.datetime();
