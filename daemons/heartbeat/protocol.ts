/**
 * The messages of a node's services and clients to heartbeat, and its messages to them. The
 * messages between heartbeats of different nodes are on the wire (`codecs.ts`, `stream_item.ts`).
 *
 * @module
 */
import type { Message, NodeConnectivity } from "../runtime/messages.ts";
import type { Rules } from "../runtime/protocol.ts";
import {
  count,
  id,
  integer,
  list,
  name,
  nodesMax,
  object,
  oneOf,
  type Reader,
  Refusal,
  sorts,
  text,
  yesOrNo,
} from "../runtime/reader.ts";

/** Links of one node at most. */
const linksMax = 256;
/** Clients of all nodes at most. */
const clientsMax = 65_536;
/** The greatest weight of a node. */
const weightMax = 1_000_000;
/** Bytes of a message that tells of every node, and of every client. */
const nodesBytesMax = 1024 * 1024;
const clientsBytesMax = 16 * 1024 * 1024;
/** Characters of a parameter of `ha.cf`. */
const parameterCharactersMax = 16 * 1024;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from heartbeat. */
export type HeartbeatType =
  | "heartbeat/subscribe"
  | "heartbeat/connectivity"
  | "heartbeat/founded"
  | "heartbeat/watch"
  | "heartbeat/presence"
  | "heartbeat/parameter"
  | "heartbeat/value"
  | "heartbeat/change"
  | "heartbeat/changed"
  | "heartbeat/forward"
  | "heartbeat/deliver";

const node: Reader<NodeConnectivity> = object({
  name,
  kind: oneOf("normal", "ping"),
  status: oneOf("init", "up", "active", "dead", "ping"),
  generation: count,
  links: list(object({ name, up: yesOrNo }), linksMax),
}, { incompatible: id });

const nodes = list(name, nodesMax);

const change: Reader<Of<"heartbeat/change">["change"]> = sorts<
  Of<"heartbeat/change">["change"]
>("change", {
  add: object({ change: oneOf("add"), nodes }),
  remove: object({ change: oneOf("remove"), nodes }),
  weight: object({ change: oneOf("weight"), node: name, weight: integer(0, weightMax) }),
  site: object({ change: oneOf("site"), node: name, site: name }),
});

/** What the runtime makes itself, and never takes from anybody. */
const never = new Refusal("nothing: only the runtime makes it");

/** The rules. */
export const heartbeatRules: Rules<Of<HeartbeatType>> = {
  "heartbeat/subscribe": {
    from: ["node", "client"],
    to: ["heartbeat"],
    read: object({ type: oneOf("heartbeat/subscribe") }),
  },
  "heartbeat/connectivity": {
    from: ["heartbeat"],
    read: object({
      type: oneOf("heartbeat/connectivity"),
      node: name,
      nodes: list(node, nodesMax),
    }, { strangers: nodes, founded: nodes }),
    bytesMax: nodesBytesMax,
  },
  "heartbeat/founded": {
    from: ["ccm"],
    to: ["heartbeat"],
    read: object({ type: oneOf("heartbeat/founded") }),
  },
  "heartbeat/watch": {
    from: ["node", "client"],
    to: ["heartbeat"],
    read: object({ type: oneOf("heartbeat/watch") }),
  },
  "heartbeat/presence": {
    from: ["heartbeat"],
    read: object({
      type: oneOf("heartbeat/presence"),
      clients: list(object({ node: name, client: name }), clientsMax),
    }),
    bytesMax: clientsBytesMax,
  },
  "heartbeat/parameter": {
    from: ["node", "client"],
    to: ["heartbeat"],
    read: object({ type: oneOf("heartbeat/parameter"), id, name }),
  },
  "heartbeat/value": {
    from: ["heartbeat"],
    read: object({ type: oneOf("heartbeat/value"), id }, { value: text(parameterCharactersMax) }),
  },
  "heartbeat/change": {
    from: ["node", "client"],
    to: ["heartbeat"],
    read: object({ type: oneOf("heartbeat/change"), id, change }),
    bytesMax: nodesBytesMax,
  },
  "heartbeat/changed": {
    from: ["heartbeat"],
    read: object(
      { type: oneOf("heartbeat/changed"), id, ok: yesOrNo },
      { error: text(parameterCharactersMax) },
    ),
  },
  "heartbeat/forward": { from: ["runtime"], read: () => never },
  "heartbeat/deliver": { from: ["runtime"], read: () => never },
};
