/**
 * Who calls a command, as the environment has it. It is noted with a change; nobody vouches for it.
 *
 * @module
 */

/** Variables that name the user, the first one that is set counts. */
export const userNames: readonly string[] = ["SUDO_USER", "USER", "LOGNAME"];

/** The user; empty if none is named. Needs permission for these variables. */
export const userOf = (): string =>
  userNames.map((name) => Deno.env.get(name)).find((name) => name !== undefined) ?? "";
