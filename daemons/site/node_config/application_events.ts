/**
 * What may happen to an application.
 *
 * @module
 */

/** Under the names of the original without `APPHB_`. */
export const applicationEvents = ["hup", "nohb", "hbagain", "hbwarn", "hbunreg"] as const;
