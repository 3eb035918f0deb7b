/**
 * Answers to a client of the original's local API: requests of `libhbclient`, such as `cl_status`
 * makes them, and the answers of heartbeat 3.0.6, field by field.
 *
 * @module
 */
import type { WireField, WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import type { NodeConnectivity } from "../../runtime/messages.ts";
import { connectivity } from "../connectivity.ts";
import { binary, bytesOf, decimalOf, hex, hexOf, string, stringOf } from "../fields.ts";
import type { HeartbeatState, Turn } from "../state.ts";
import { transmitSequenced } from "../transmit.ts";
import { treatments, treatmentsMask } from "./monitor.ts";
import { isHere } from "./presence.ts";
import { call } from "./send.ts";
import type { ApiClient } from "./state.ts";

/** Messages that may wait for one client at most, as `set_sendqlen` may ask for it. */
const queueFramesMax = 4096;

/** A request, and ways to answer it. */
interface Asked {
  readonly turn: Turn;
  readonly client: ApiClient;
  readonly request: WireMessage;
  /** What `node` in the request names. */
  readonly name: string;
  readonly node: NodeConnectivity | undefined;
  respond(...fields: WireField[]): WireMessage;
  ok(...fields: WireField[]): readonly WireMessage[];
  bad(info?: string): readonly WireMessage[];
  list(items: readonly (readonly WireField[])[]): readonly WireMessage[];
}

/** Answers a request of a client that has signed on: no frame, one, or one for each of a list. */
export function answer(
  turn: Turn,
  client: ApiClient,
  type: string,
  request: WireMessage,
): readonly WireMessage[] {
  const respond = (...fields: WireField[]): WireMessage => [
    string("t", "hbapi-resp"),
    string("reqtype", type),
    ...fields,
  ];
  const bad = (info = "EINVAL") => [respond(string("result", "badreq"), string("info", info))];
  const name = stringOf(request, "node") ?? "";
  const asked: Asked = {
    turn,
    client,
    request,
    name,
    get node() {
      return nodesOf(turn.state).find((node) => node.name === name);
    },
    respond,
    ok: (...fields) => [respond(...fields, string("result", "OK"))],
    bad,
    list: (items) =>
      items.length === 0
        ? bad()
        : items.map((fields, at) =>
          respond(...fields, string("result", at < items.length - 1 ? "ok/more" : "OK"))
        ),
  };
  return Object.hasOwn(answers, type) ? answers[type]!(asked) : bad();
}

/** The answers, by the type of the request. */
const answers: Readonly<Record<string, (asked: Asked) => readonly WireMessage[]>> = {
  signon: ({ turn: { state }, respond }) => [respond(
    string("result", "OK"),
    hex("deadtime", state.config.deadtimeMs),
    hex("keepalive", state.config.keepaliveMs),
    string("node", state.node),
    string("hbversion", "3.0.6"),
    string("pacemaker", "off"),
    string("logfacility", "0"),
  )],
  setfilter: setFilter,
  // To send signals this process would need the right to run programs.
  setsignal: ({ bad }) => bad("EPERM"),
  set_sendqlen: setQueueLength,
  nodelist: ({ turn: { state }, list }) =>
    list(
      nodesOf(state).map((node) => [
        string("node", node.name),
        string("nodetype", node.kind),
        string("st", statusText(node)),
      ]),
    ),
  numnodes: ({ turn: { state }, ok }) =>
    ok(string("numnodes", `${nodesOf(state).filter(({ kind }) => kind === "normal").length}`)),
  nodestatus: ({ node, ok, bad }) =>
    node === undefined ? bad() : ok(string("st", statusText(node))),
  nodetype: ({ node, ok, bad }) => node === undefined ? bad() : ok(string("nodetype", node.kind)),
  nodeweight: ({ turn: { state }, name, node, ok, bad }) =>
    node === undefined ? bad() : ok(string("weight", String(state.hosts.weights.get(name) ?? 100))),
  nodesite: ({ turn: { state }, name, node, ok, bad }) =>
    node === undefined ? bad() : ok(string("site", state.hosts.sites.get(name) ?? "")),
  iflist: ({ node, list }) =>
    list(
      node?.links.map(({ name, up }) => [string("ifname", name), string("st", linkText(up))]) ?? [],
    ),
  ifstatus: ({ node, request, ok, bad }) => {
    const link = node?.links.find(({ name }) => name === stringOf(request, "ifname"));
    return link === undefined ? bad() : ok(string("st", linkText(link.up)));
  },
  clientstatus: clientStatus,
  getparm: ({ turn: { state }, request, ok }) => {
    const value = state.config.clients?.parameters.get(stringOf(request, "pname") ?? "");
    return value === undefined ? ok() : ok(string("pvalue", value));
  },
  // Resources are the cluster's business, not heartbeat's.
  getrsc: ({ ok }) => ok(string("rsc_hold", "none")),
  getuuid: ({ turn: { state }, request, ok, bad }) => {
    const asked = stringOf(request, "queryname") ?? "";
    const uuid = asked === state.node ? state.uuid : state.peers.get(asked)?.uuid;
    return uuid === undefined ? bad() : ok(binary("queryuuid", uuid));
  },
  getnodename: ({ turn: { state }, request, ok, bad }) => {
    const found = nodeOf(state, bytesOf(request, "queryuuid"));
    return found === undefined ? bad() : ok(string("queryname", found));
  },
};

function setFilter({ client, request, ok, bad }: Asked): readonly WireMessage[] {
  const mask = hexOf(request, "fmask");
  if (mask === undefined || (mask & ~treatmentsMask) !== 0) return bad();
  // What others send each other is for root alone.
  if ((mask & ~treatments.kept) !== 0 && (client.credentials?.uid ?? 0) !== 0) return bad("EPERM");
  client.mask = mask;
  return ok();
}

function setQueueLength({ turn, client, request, bad }: Asked): readonly WireMessage[] {
  const frames = decimalOf(request, "sendqlen");
  if (frames === undefined || frames < 1) return bad();
  call(turn, "bound", [client.connection, Math.min(frames, queueFramesMax)]);
  // The one request that the original does not answer.
  return [];
}

/** Whether a client of a node is there: known here, else asked of that node, which answers itself. */
function clientStatus({ turn, client, request, node, ok, bad }: Asked): readonly WireMessage[] {
  const { state } = turn;
  const name = stringOf(request, "cn");
  if (name === undefined || node === undefined || node.kind !== "normal") return bad();
  const subtype = string("subt", "respond-cstatus");
  if (node.name === state.node) {
    return ok(subtype, string("cs", isHere(state, name) ? "online" : "offline"));
  }
  // A dead node would not answer.
  if (node.status === "dead" || node.status === "init") return ok(subtype, string("cs", "offline"));
  transmitSequenced(turn, [
    string("t", "query-cstatus"),
    string("dest", node.name),
    string("cn", name),
    string("from_id", client.id),
  ]);
  return [];
}

/** The nodes as heartbeat itself hears them: a client's messages need no stream. */
function nodesOf(state: HeartbeatState): readonly NodeConnectivity[] {
  const message = connectivity(state);
  if (message.type !== "heartbeat/connectivity") return [];
  return message.nodes.map((node) => ({
    ...node,
    status: state.peers.get(node.name)?.status ?? node.status,
  }));
}

function nodeOf(state: HeartbeatState, uuid: Uint8Array | undefined): string | undefined {
  if (uuid === undefined) return undefined;
  const same = (other: Uint8Array | undefined) =>
    other?.length === uuid.length && other.every((byte, at) => byte === uuid[at]);
  if (same(state.uuid)) return state.node;
  return [...state.peers.values()].find((peer) => same(peer.uuid))?.name;
}

const statusText = ({ kind, status }: NodeConnectivity): string =>
  kind === "ping" && (status === "up" || status === "active") ? "ping" : status;

const linkText = (up: boolean): string => up ? "up" : "dead";
