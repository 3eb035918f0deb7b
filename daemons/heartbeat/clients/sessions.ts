/**
 * The sessions of local clients: they sign on, query, and, if they have a name, send messages to
 * clients of the same name on every node.
 *
 * The socket only carries frames. This module makes all decisions, so the simulator can have
 * clients too.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { WireField, WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { packedWhole } from "../codecs.ts";
import { packedAboveBytes, packetBytesMax } from "../config.ts";
import { string, stringOf } from "../fields.ts";
import { type HeartbeatState, log, type Turn } from "../state.ts";
import { transmitSequenced } from "../transmit.ts";
import { answer } from "./answer.ts";
import { regulate } from "./flow.ts";
import { refusal } from "./may.ts";
import { monitor, treatments } from "./monitor.ts";
import { tellPresence } from "./presence.ts";
import { call, sendTo } from "./send.ts";
import { type ApiClient, type Credentials, nameCharactersMax, takenTogether } from "./state.ts";
import { unwrap } from "./unwrap.ts";

/** What the socket emits. */
export type SocketEvent =
  | {
    readonly type: "opened";
    readonly connection: number;
    readonly credentials?: Credentials;
  }
  | { readonly type: "frame"; readonly connection: number; readonly bytes: Uint8Array }
  /** `why` as the cluster receives it: `EOF`, `died`, or that it did not read what it was sent. */
  | { readonly type: "closed"; readonly connection: number; readonly why: string };

/** Heartbeat's own messages: no client may send them, or it could impersonate this node. */
const reserved =
  /^(?:NS_.*|hbapi-.*|status|ifstat|reqnodes|repnodes|addnode|delnode|setweight|setsite|query-cstatus|respond-cstatus)$/;
/** Fields that the sender adds: what a client puts there is not believed. */
const added: ReadonlySet<string> = new Set(
  "src srcuuid destuuid seq hg ts ld ttl auth from_id to_id client_gen".split(" "),
);
/** Bytes that the fields of the sender and the signature take at most, over the lengths of names. */
const addedBytesMax = 600;

/** Something happened on the socket. */
export function clientEvent(turn: Turn, event: SocketEvent): void {
  const { open } = turn.state.clients;
  switch (event.type) {
    case "opened":
      open.set(event.connection, {
        connection: event.connection,
        credentials: event.credentials,
        id: "",
        casual: true,
        mask: treatments.kept,
        generation: 0,
        taken: 0,
        refused: 0,
      });
      return;
    case "frame": {
      const client = open.get(event.connection);
      if (client === undefined) return;
      take(turn, client, event.bytes);
      if (++client.taken < takenTogether) return;
      client.taken = 0;
      // So that no more is read of a client than is dealt with.
      call(turn, "taken", [client.connection, takenTogether]);
      return;
    }
    case "closed": {
      const client = open.get(event.connection);
      if (client !== undefined) gone(turn, client, event.why);
      return;
    }
  }
}

/** Every client has to go: this node ends. */
export function endClients(turn: Turn): void {
  for (const client of [...turn.state.clients.open.values()]) {
    gone(turn, client, "signoff");
    call(turn, "end", [client.connection]);
  }
}

function take(turn: Turn, client: ApiClient, bytes: Uint8Array): void {
  const { state } = turn;
  const decoded = unwrap(state.codecs.encoding, state.codecs.compressions, bytes);
  if (!decoded.ok) {
    log(turn, "warning", `${called(client)} sent an invalid message (${decoded.why}): closed`);
    gone(turn, client, "malformed");
    call(turn, "end", [client.connection]);
    return;
  }
  const { message } = decoded;
  const type = stringOf(message, "t");
  if (type === "hbapi-req") request(turn, client, message);
  else publish(turn, client, type, message);
}

function request(turn: Turn, client: ApiClient, message: WireMessage): void {
  if (client.id !== "") monitor(turn, message, treatments.request);
  const type = stringOf(message, "reqtype") ?? "";
  if (type === "signon") {
    signOn(turn, client, message);
    return;
  }
  if (type === "signoff") {
    gone(turn, client, "signoff");
    call(turn, "end", [client.connection]);
    return;
  }
  if (client.id === "") {
    sendTo(turn, client, refused(type, "sign on first"));
    return;
  }
  for (const one of answer(turn, client, type, message)) sendTo(turn, client, one);
}

function signOn(turn: Turn, client: ApiClient, message: WireMessage): void {
  const { state } = turn;
  const { clients, config } = state;
  const id = stringOf(message, "from_id") ?? "";
  const pid = stringOf(message, "pid") ?? "";
  const casual = id === pid;
  const said = {
    pid,
    uid: stringOf(message, "uid") ?? "",
    gid: stringOf(message, "gid") ?? "",
  };
  let why = nameTrouble(id, casual);
  if (why === undefined && client.id !== "") why = "this connection has signed on already";
  if (why === undefined && !casual) {
    for (const other of clients.open.values()) {
      if (other.id === id && !other.casual) why = `a client ${id} is signed on already`;
    }
  }
  why ??= refusal(id, casual, said, client.credentials, config.clients?.rules);
  if (why !== undefined) {
    log(turn, "warning", `Rejected a client: ${why}`);
    sendTo(turn, client, refused("signon", why));
    return;
  }
  client.id = id;
  client.casual = casual;
  if (!casual) {
    client.generation = clients.nextGeneration++;
    // It hears of its own coming first, as from the original.
    tellPresence(turn, client, "join", "signon");
    if (clients.paused) call(turn, "pause", [client.connection, true]);
  }
  for (const one of answer(turn, client, "signon", message)) sendTo(turn, client, one);
}

/** A message for the cluster. */
function publish(
  turn: Turn,
  client: ApiClient,
  type: string | undefined,
  message: WireMessage,
): void {
  const { state } = turn;
  const why = publishTrouble(turn, client, type, message);
  if (why !== undefined) {
    // A client that sends rejected messages must not fill the log as well.
    if (client.refused++ % 1000 === 0) {
      log(turn, "warning", `A message of ${called(client)} is not sent: ${why}`);
    }
    return;
  }
  const complete = transmitSequenced(turn, [
    ...message.filter(({ name }) => !added.has(name)),
    string("from_id", client.id),
    string("to_id", client.id),
    string("client_gen", String(client.generation)),
  ]);
  const dest = stringOf(message, "dest");
  if (dest === undefined || dest === state.node) monitor(turn, complete, treatments.kept);
  regulate(turn);
}

function publishTrouble(
  { state }: Turn,
  client: ApiClient,
  type: string | undefined,
  message: WireMessage,
): string | undefined {
  if (client.id === "") return "it has not signed on";
  if (client.casual) return "a casual client may only query";
  if (type === undefined || type === "") return "it has no type";
  if (reserved.test(type)) return `${type} is a message type of heartbeat`;
  const dest = stringOf(message, "dest");
  if (dest !== undefined && dest !== state.node && !state.peers.has(dest)) {
    return `there is no node ${dest}`;
  }
  let bytes;
  try {
    bytes = packetBytesOf(state, message) + addedBytesMax +
      3 * (state.node.length + client.id.length);
  } catch (error) {
    return messageOf(error);
  }
  return bytes > packetBytesMax
    ? `${bytes} bytes exceed the ${packetBytesMax} of a packet, compressed or not`
    : undefined;
}

/** Bytes of a client's message in a packet: if it is large, those that are left of it when packed. */
function packetBytesOf({ codecs }: HeartbeatState, message: WireMessage): number {
  const frame = codecs.encoding.encode(message);
  if (frame.length <= packedAboveBytes - 2 * addedBytesMax) return frame.length;
  return packedWhole(codecs, frame)?.length ?? frame.length;
}

function gone(turn: Turn, client: ApiClient, why: string): void {
  const { clients } = turn.state;
  if (!clients.open.delete(client.connection)) return;
  if (client.id === "" || client.casual) {
    // They come and go as they like; that one was cut off is for its author to know.
    if (why.startsWith("slow")) {
      log(
        turn,
        "warning",
        `${called(client)} is disconnected: ${why}; it must read while it queries`,
      );
    }
    return;
  }
  if (why !== "signoff") log(turn, "info", `Client ${client.id} has disconnected: ${why}`);
  tellPresence(turn, client, "leave", why);
}

function nameTrouble(id: string, casual: boolean): string | undefined {
  if (casual) return /^\d{1,10}$/.test(id) ? undefined : `"${id}" is not a process number`;
  if (id.length > nameCharactersMax) {
    return `its name has ${id.length} characters, ${nameCharactersMax} at most`;
  }
  return /^[!-~]+$/.test(id) && !/^\d+$/.test(id) ? undefined : `"${id}" is not a name of a client`;
}

const refused = (type: string, why: string): WireField[] => [
  string("t", "hbapi-resp"),
  string("reqtype", type),
  string("result", "badreq"),
  string("info", why),
];

const called = ({ id }: ApiClient): string => id === "" ? "a client" : `client ${id}`;
