/**
 * Ports of links that another program has.
 *
 * @module
 */
import { check, finding } from "../check.ts";

/** See the head of the file. */
export const ports = check({
  name: "ports",
  summary: "no other program uses the port of a link",
  needs: ["receivers"],
  find: ({ receivers }) =>
    receivers.filter(({ isOurs }) => !isOurs).map(({ port, program }) =>
      finding("error", "HA1032", {
        at: `port ${port}`,
        what: `${
          program === "" ? "a program of another user" : `"${program}"`
        } receives on it, and it is no part of this node`,
        fix: `end that program (ss -ulnp sport = :${port} shows it), or give the link another port`,
      })
    ),
});
