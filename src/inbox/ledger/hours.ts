const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const HOUR_MINUTES = 60;

/** The minute in which a time is, since the epoch. @param at ms since the epoch */
export const minuteOf = (at: number) => Math.floor(at / MINUTE_MS);
/** The hour in which a time is, since the epoch. @param at ms since the epoch */
export const hourOf = (at: number) => Math.floor(at / HOUR_MS);
