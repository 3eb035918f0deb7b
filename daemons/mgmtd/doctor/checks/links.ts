/**
 * Links of the node: whether they work, and whether there is more than one.
 *
 * @module
 */
import { check, finding } from "../check.ts";

/** Links that are not up. */
export const links = check({
  name: "links",
  summary: "all links of the node are up",
  needs: ["view"],
  find: ({ view: { links } }) =>
    links.filter(({ state }) => state !== "up").map(({ name, state }) =>
      finding("error", "HA5009", {
        at: `link ${name}`,
        what: `it is ${state}`,
        fix: "see the log of heartbeat for the reason: ha log --daemon heartbeat",
      })
    ),
});

/** A single link. */
export const redundancy = check({
  name: "redundancy",
  summary: "the nodes hear each other over more than one link",
  needs: ["config"],
  find: ({ config: { media, nodes } }) =>
    media.length > 1 || nodes.length < 2 ? [] : [finding("info", "HA1033", {
      at: "media",
      what: "the only link is a single point of failure",
      why: "if it fails, the nodes lose each other and fence",
      fix: "add a link over another network, unless this one is bonded",
    })],
});
