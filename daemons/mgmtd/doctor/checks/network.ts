/**
 * The network between the nodes, as heartbeat sees it.
 *
 * @module
 */
import { heldBack } from "../../status/held_back.ts";
import { check, finding, ofLine } from "../check.ts";

/** A network that carries less than full packets. */
export const mtu = check({
  name: "mtu",
  summary: "packets of full size reach the other nodes",
  needs: ["heartbeat"],
  find: ({ heartbeat: { packetBytes } }) =>
    packetBytes === undefined ? [] : [finding("warning", "HA5010", {
      at: "links",
      what: `packets of full size were lost; heartbeat sends ${packetBytes} bytes at most now`,
      why: "a network between the nodes carries less than its interfaces say (MTU)",
      fix: "give all interfaces and switches of a link the same MTU, then start this node again",
    })],
});

/** Packets that are refused, as for another key; nodes of another version; resources that are held. */
export const refused = check({
  name: "refused",
  summary: "no packet is refused, and nothing is held back",
  needs: ["view"],
  find: ({ view }) => heldBack(view).map((line) => ofLine(line, "error")),
});

/** Nodes that speak other versions. */
export const versions = check({
  name: "versions",
  summary: "all nodes speak the same versions of the protocol",
  needs: ["heartbeat"],
  find({ heartbeat: { peers } }) {
    const said = peers.filter(({ versions }) => versions !== "");
    const kinds = new Set(said.map(({ versions }) => versions));
    if (kinds.size < 2) return [];
    const list = said.map(({ name, versions }) => `${name}: ${versions}`).join("; ");
    return [finding("warning", "HA5031", {
      at: "nodes",
      what: `the protocol versions differ: ${list}`,
      fix: "finish the upgrade: install the same version on every node",
    })];
  },
});
