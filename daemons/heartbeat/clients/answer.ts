/**
 * What a client of the original's local API is told: requests of `libhbclient`, such as `cl_status`
 * makes them, and the answers of heartbeat 3.0.6, field by field.
 *
 * Clients may ask; what only clients of release 1 need (sending messages of their own) is not here.
 *
 * @module
 */
import type { WireField, WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import type { NodeConnectivity } from "../../messages.ts";
import { hex, string, stringOf } from "../fields.ts";

/** What clients may know. */
export interface ClientView {
  readonly node: string;
  readonly nodes: readonly NodeConnectivity[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  /** Parameters by the names of `ha.cf`: `deadtime`, `keepalive`, `udpport`... */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The frames to send; `close`: the client has signed off. */
export type Answer = readonly WireMessage[] | "close";

/** Answers a request; whatever is none gets no answer, as from the original. */
export function answer(request: WireMessage, view: ClientView): Answer {
  if (stringOf(request, "t") !== "hbapi-req") return [];
  const type = stringOf(request, "reqtype") ?? "";
  const respond = (...fields: WireField[]): WireMessage => [
    string("t", "hbapi-resp"),
    string("reqtype", type),
    ...fields,
  ];
  const ok = (...fields: WireField[]) => [respond(...fields, string("result", "OK"))];
  const bad = [respond(string("result", "badreq"), string("info", "EINVAL"))];
  const node = view.nodes.find(({ name }) => name === stringOf(request, "node"));
  switch (type) {
    case "signon":
      return signedOn(request, view, respond);
    case "signoff":
      return "close";
    case "set_sendqlen":
      // The one request that the original does not answer.
      return [];
    case "setfilter":
    case "setsignal":
      return ok();
    case "nodelist":
      return list(
        view.nodes.map(({ name, kind, status }) => [
          string("node", name),
          string("nodetype", kind),
          string("st", statusText(kind, status)),
        ]),
        respond,
      ) ?? bad;
    case "numnodes":
      return ok(
        string("numnodes", String(view.nodes.filter(({ kind }) => kind === "normal").length)),
      );
    case "nodestatus":
      return node === undefined ? bad : ok(string("st", statusText(node.kind, node.status)));
    case "nodetype":
      return node === undefined ? bad : ok(string("nodetype", node.kind));
    case "nodeweight":
      return node === undefined ? bad : ok(string("weight", "100"));
    case "nodesite":
      return node === undefined ? bad : ok(string("site", ""));
    case "iflist":
      return list(
        node?.links.map(({ name, up }) => [string("ifname", name), string("st", linkText(up))]) ??
          [],
        respond,
      ) ?? bad;
    case "ifstatus": {
      const link = node?.links.find(({ name }) => name === stringOf(request, "ifname"));
      return link === undefined ? bad : ok(string("st", linkText(link.up)));
    }
    case "clientstatus":
      // No client of this kind stays signed on under a name.
      return ok(string("subt", "respond-cstatus"), string("cs", "offline"));
    case "getparm": {
      const value = view.parameters.get(stringOf(request, "pname") ?? "");
      return value === undefined ? ok() : ok(string("pvalue", value));
    }
    case "getrsc":
      // Resources are the cluster's business, not heartbeat's.
      return ok(string("rsc_hold", "none"));
    default:
      return bad;
  }
}

/** What a signed-on client is told when a node's status has changed. */
export function statusChange(node: NodeConnectivity, wallSeconds: number): WireMessage {
  return [
    string("t", "status"),
    string("seq", "1"),
    hex("ts", wallSeconds),
    string("src", node.name),
    string("st", statusText(node.kind, node.status)),
  ];
}

function signedOn(
  request: WireMessage,
  view: ClientView,
  respond: (...fields: WireField[]) => WireMessage,
): WireMessage[] {
  const from = stringOf(request, "from_id") ?? "";
  const answer = respond(
    string("result", "OK"),
    hex("deadtime", view.deadtimeMs),
    hex("keepalive", view.keepaliveMs),
    string("node", view.node),
    string("hbversion", "3.0.6"),
    string("pacemaker", "off"),
    string("logfacility", "0"),
  );
  // A client that names itself hears of its own coming first; one that gives its pid may only ask.
  if (from === stringOf(request, "pid")) return [answer];
  return [
    [
      string("t", "hbapi-clstat"),
      string("st", "join"),
      string("from_id", from),
      string("to_id", from),
      string("src", view.node),
      string("info", "signon"),
      string("client_gen", "1"),
    ],
    answer,
  ];
}

/** One frame for each item, `ok/more` but for the last; undefined if there is none. */
function list(
  items: readonly (readonly WireField[])[],
  respond: (...fields: WireField[]) => WireMessage,
): WireMessage[] | undefined {
  if (items.length === 0) return undefined;
  return items.map((fields, at) =>
    respond(...fields, string("result", at < items.length - 1 ? "ok/more" : "OK"))
  );
}

const statusText = (kind: NodeConnectivity["kind"], status: NodeConnectivity["status"]): string =>
  kind === "ping" && (status === "up" || status === "active") ? "ping" : status;

const linkText = (up: boolean): string => up ? "up" : "dead";
