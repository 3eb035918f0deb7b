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

/** Answers a request of a client that has signed on: no frame, one, or one for each of a list. */
export function answer(
  turn: Turn,
  client: ApiClient,
  type: string,
  request: WireMessage,
): readonly WireMessage[] {
  const { state } = turn;
  const respond = (...fields: WireField[]): WireMessage => [
    string("t", "hbapi-resp"),
    string("reqtype", type),
    ...fields,
  ];
  const ok = (...fields: WireField[]) => [respond(...fields, string("result", "OK"))];
  const bad = (info = "EINVAL") => [respond(string("result", "badreq"), string("info", info))];
  const list = (items: readonly (readonly WireField[])[]) =>
    items.length === 0
      ? bad()
      : items.map((fields, at) =>
        respond(...fields, string("result", at < items.length - 1 ? "ok/more" : "OK"))
      );
  const name = stringOf(request, "node");
  const node = () => nodesOf(state).find((node) => node.name === name);
  switch (type) {
    case "signon":
      return [respond(
        string("result", "OK"),
        hex("deadtime", state.config.deadtimeMs),
        hex("keepalive", state.config.keepaliveMs),
        string("node", state.node),
        string("hbversion", "3.0.6"),
        string("pacemaker", "off"),
        string("logfacility", "0"),
      )];
    case "setfilter": {
      const mask = hexOf(request, "fmask");
      if (mask === undefined || (mask & ~treatmentsMask) !== 0) return bad();
      // What others send each other is for root alone.
      if ((mask & ~treatments.kept) !== 0 && (client.credentials?.uid ?? 0) !== 0) {
        return bad("EPERM");
      }
      client.mask = mask;
      return ok();
    }
    case "setsignal":
      // To send signals this process would need the right to run programs.
      return bad("EPERM");
    case "set_sendqlen": {
      const frames = decimalOf(request, "sendqlen");
      if (frames === undefined || frames < 1) return bad();
      call(turn, "bound", [client.connection, Math.min(frames, queueFramesMax)]);
      // The one request that the original does not answer.
      return [];
    }
    case "nodelist":
      return list(
        nodesOf(state).map((node) => [
          string("node", node.name),
          string("nodetype", node.kind),
          string("st", statusText(node)),
        ]),
      );
    case "numnodes":
      return ok(
        string(
          "numnodes",
          String(nodesOf(state).filter(({ kind }) => kind === "normal").length),
        ),
      );
    case "nodestatus": {
      const found = node();
      return found === undefined ? bad() : ok(string("st", statusText(found)));
    }
    case "nodetype": {
      const found = node();
      return found === undefined ? bad() : ok(string("nodetype", found.kind));
    }
    case "nodeweight":
      return node() === undefined ? bad() : ok(
        string("weight", String(state.hosts.weights.get(name ?? "") ?? 100)),
      );
    case "nodesite":
      return node() === undefined ? bad() : ok(
        string("site", state.hosts.sites.get(name ?? "") ?? ""),
      );
    case "iflist":
      return list(
        node()?.links.map(({ name, up }) => [string("ifname", name), string("st", linkText(up))]) ??
          [],
      );
    case "ifstatus": {
      const link = node()?.links.find(({ name }) => name === stringOf(request, "ifname"));
      return link === undefined ? bad() : ok(string("st", linkText(link.up)));
    }
    case "clientstatus":
      return clientStatus(turn, client, request, node(), ok, bad);
    case "getparm": {
      const value = state.config.clients?.parameters.get(stringOf(request, "pname") ?? "");
      return value === undefined ? ok() : ok(string("pvalue", value));
    }
    case "getrsc":
      // Resources are the cluster's business, not heartbeat's.
      return ok(string("rsc_hold", "none"));
    case "getuuid": {
      const asked = stringOf(request, "queryname") ?? "";
      const uuid = asked === state.node ? state.uuid : state.peers.get(asked)?.uuid;
      return uuid === undefined ? bad() : ok(binary("queryuuid", uuid));
    }
    case "getnodename": {
      const found = nodeOf(state, bytesOf(request, "queryuuid"));
      return found === undefined ? bad() : ok(string("queryname", found));
    }
    default:
      return bad();
  }
}

/** Whether a client of a node is there: known here, else asked of that node, which answers itself. */
function clientStatus(
  turn: Turn,
  { id }: ApiClient,
  request: WireMessage,
  node: NodeConnectivity | undefined,
  ok: (...fields: WireField[]) => WireMessage[],
  bad: () => WireMessage[],
): WireMessage[] {
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
    string("from_id", id),
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
