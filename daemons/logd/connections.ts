/**
 * The clients of `logd`, and the answers to each.
 *
 * @module
 */
import { isWanted } from "../runtime/logging/levels.ts";
import type { Line } from "../runtime/logging/ordered.ts";
import {
  type ClientFrame,
  levelsFrame,
  type LineFrame,
  settledFrame,
} from "../runtime/logging/wire.ts";
import type { Effect } from "../runtime/machine.ts";
import { failingMs, lineBytes, reasonsMax } from "./limits.ts";
import type { Client } from "./output_queue.ts";
import { type Connection, doorsInstance, type LogdState } from "./state.ts";
import type { DoorEvent, LogLine } from "./types.ts";

type Of<T extends DoorEvent["type"]> = Extract<DoorEvent, { readonly type: T }>;

/** Someone connects. */
export function opened(state: LogdState, { connection, door }: Of<"opened">): void {
  state.connections.set(connection, { door, last: 0, told: 0 });
}

/** A connection is gone. */
export function closed(state: LogdState, { connection, why }: Of<"closed">): void {
  const known = state.connections.get(connection);
  state.connections.delete(connection);
  if (why !== undefined && (state.refused.has(why) || state.refused.size < reasonsMax)) {
    state.refused.set(why, (state.refused.get(why) ?? 0) + 1);
  }
  if (known?.client === undefined) return;
  // The same client may be back already, over another connection.
  const { id } = known.client;
  if ([...state.connections.values()].some(({ client }) => client?.id === id)) return;
  for (const { queue } of state.outputs) queue.left(id);
}

/** A client said something. */
export function said(
  state: LogdState,
  { connection, frames }: Of<"frames">,
  at: number,
  out: Effect[],
): void {
  const known = state.connections.get(connection);
  if (known === undefined) return;
  for (const frame of frames) {
    if (frame.type === "hello") {
      welcome(state, connection, hello(state, known, frame, state.offsetMs + at), out);
      continue;
    }
    // Of the daemons every client says hello first; of others it need not.
    const client = known.client ??= stranger(state, connection, known, frame);
    const first = known.last + 1;
    if (frame.type === "lost") {
      if (!client.returns) continue;
      const { first, last, fromMs, toMs } = frame;
      known.last = last;
      for (const { queue } of state.outputs) {
        queue.offer(client.id, { first, last, fromMs, toMs, count: last - first + 1 });
      }
      continue;
    }
    known.last = first;
    // A client of the original never hears which level is wanted.
    if (!client.returns && !isWanted(state.levels, frame.entity, frame.severity)) continue;
    const item = lineOf(client, frame, first);
    for (const { queue } of state.outputs) queue.offer(client.id, item);
  }
}

function stranger(
  state: LogdState,
  connection: number,
  { door }: Connection,
  frame: ClientFrame,
): Client {
  const name = frame.type === "line" ? `${frame.entity}[${frame.pid}]` : "unknown";
  const client: Client = { id: `connection ${connection}`, name, door, returns: false };
  for (const { queue } of state.outputs) queue.came(client, 1, 0);
  return client;
}

/** Its first word. */
function hello(
  state: LogdState,
  known: Connection,
  { id, next, name }: Extract<ClientFrame, { readonly type: "hello" }>,
  wallMs: number,
): Connection {
  if (known.client !== undefined) return known;
  const client: Client = { id: `${known.door} ${id}`, name, door: known.door, returns: true };
  known.client = client;
  for (const { queue } of state.outputs) queue.came(client, next, wallMs);
  known.told = settledOf(state, client.id, state.outputs.map(({ at }) => at));
  known.last = Math.max(known.told, next - 1);
  return known;
}

function welcome(
  { levels }: LogdState,
  connection: number,
  { client, told }: Connection,
  out: Effect[],
): void {
  if (client?.returns !== true) return;
  out.push(tell(connection, settledFrame("welcome", told)), tell(connection, levelsFrame(levels)));
}

const lineOf = (client: Client, frame: LineFrame, at: number): Line<LogLine> => {
  const { entity, pid, facility, severity, text } = frame;
  const atMs = client.returns ? frame.time : frame.time * 1000;
  return {
    first: at,
    last: at,
    fromMs: atMs,
    toMs: atMs,
    severity,
    bytes: text.length + lineBytes,
    value: {
      entity,
      facility,
      severity,
      atMs,
      text,
      ...(client.door === "node" ? {} : { pid }),
    },
  };
};

/** Tells every client how far its lines are settled, if that is further than it knows. */
export function acknowledge(state: LogdState, at: number, out: Effect[]): void {
  const working = state.outputs.filter((one) =>
    one.failed === 0 || at - one.failingSince < failingMs
  );
  // Where none works all are waited for: clients keep what they can, the most urgent first.
  const waited = (working.length > 0 ? working : state.outputs).map((one) => one.at);
  for (const [connection, known] of state.connections) {
    const { client } = known;
    if (client?.returns !== true) continue;
    const upTo = settledOf(state, client.id, waited);
    if (upTo <= known.told) continue;
    known.told = upTo;
    out.push(tell(connection, settledFrame("settled", upTo)));
  }
}

const settledOf = (
  { outputs }: LogdState,
  id: string,
  waited: readonly number[],
): number => Math.min(...waited.map((at) => outputs[at]?.queue.settled(id) ?? 0));

/** Tells every client that listens which levels are wanted. */
export function tellLevels({ connections, levels }: LogdState, out: Effect[]): void {
  for (const [connection, { client }] of connections) {
    if (client?.returns === true) out.push(tell(connection, levelsFrame(levels)));
  }
}

const tell = (connection: number, frame: Uint8Array): Effect => ({
  type: "call",
  instance: doorsInstance,
  method: "send",
  args: [connection, frame],
  deadlineMs: 1_000,
});
