/**
 * What a running node says of the plugin, asked as any client may ask.
 *
 * @module
 */
import type { TreeNode } from "../../../../../pils/loader_types.ts";
import type { Client } from "../../../../runtime/client.ts";
import type { LrmResult, Message } from "../../../../runtime/messages.ts";
import { reportsOf } from "../running.ts";
import { resultText } from "./operations.ts";

/** Milliseconds that a daemon may take to answer; it may be starting, and is asked again. */
const answerMs = 2_000;
/** Milliseconds that it may take where it asks a device. */
const deviceMs = 25_000;

let count = 0;

/** How the plugin does on the node; undefined while it is not decided yet. */
export interface Seen {
  readonly ok: boolean;
  /** In words, a line each. */
  readonly lines: readonly string[];
}

async function ask<T extends Message["type"]>(
  client: Client,
  service: string,
  message: (id: string) => Message,
  type: T,
  withinMs = answerMs,
): Promise<Extract<Message, { type: T }>> {
  const id = `dev-${++count}`;
  return await client.ask(
    service,
    message(id),
    (answer): answer is Extract<Message, { type: T }> =>
      answer.type === type && "id" in answer && answer.id === id,
    withinMs,
  );
}

async function statusOf(
  client: Client,
  service: string,
): Promise<Readonly<Record<string, unknown>>> {
  const message = (id: string): Message => ({ type: "status/query", id });
  const { status } = await ask(client, service, message, "status/answer");
  return typeof status === "object" && status !== null ? { ...status } : {};
}

/** The member of a list in a status that has this name. */
function memberOf(list: unknown, name: string, is: string): Readonly<Record<string, unknown>> {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  const found = items.find((item) =>
    typeof item === "object" && item !== null && Reflect.get(item, name) === is
  );
  return { ...found as object | undefined };
}

/** A fencing device: whether it was loaded, what it can fence, and whether it could now. */
export async function deviceSeen(client: Client, device: string): Promise<Seen | undefined> {
  const now = async () => memberOf((await statusOf(client, "stonithd"))["devices"], "id", device);
  const { state, why } = await now();
  if (state === "failed") return { ok: false, lines: [`stonithd cannot load it: ${why}`] };
  if (state !== "ready") return undefined;
  const { ok, detail } = await ask(
    client,
    "stonithd",
    (id) => ({ type: "fence/check", id, device }),
    "fence/checked",
    deviceMs,
  );
  // It was asked for its list before.
  const { hosts, why: trouble } = await now();
  const list = Array.isArray(hosts) && hosts.length > 0 ? hosts.join(", ") : "no node";
  return {
    ok: true,
    lines: [
      `list: ${list}${trouble === "" ? "" : ` (${trouble})`}`,
      `status: ${ok ? "it could fence now" : "it could not fence now"}: ${detail}`,
    ],
  };
}

/** What the local resource manager has done with a resource. */
async function resultsOf(client: Client, resource: string): Promise<readonly LrmResult[]> {
  const { results } = await ask(client, "lrmd", (id) => ({ type: "lrm/query", id }), "lrm/state");
  return results.filter(({ operation }) => operation.resource === resource)
    .toSorted((a, b) => a.callId - b.callId);
}

/** A resource: started and watched, or failed. */
export async function resourceSeen(client: Client, resource: string): Promise<Seen | undefined> {
  const results = await resultsOf(client, resource);
  const lines = results.map(resultText);
  const isWatched = results.some(({ operation, rc }) => operation.intervalMs > 0 && rc === 0);
  if (isWatched) return { ok: true, lines };
  const isProbe = ({ operation: { action, intervalMs } }: LrmResult) =>
    action === "monitor" && intervalMs === 0;
  const failed = results.some((result) => result.rc !== 0 && !(isProbe(result) && result.rc === 7));
  return failed ? { ok: false, lines } : undefined;
}

/** A link. */
export async function linkSeen(client: Client, name: string): Promise<Seen | undefined> {
  const { links, counters } = await statusOf(client, "heartbeat");
  const { state } = memberOf(links, "link", name);
  if (state === "failed") return { ok: false, lines: [`heartbeat cannot use the link ${name}`] };
  if (state !== "up") return undefined;
  const packets = Reflect.get(Object(counters), "packetsOut");
  return { ok: true, lines: [`link ${name}: up, ${packets} packets sent so far by all links`] };
}

/**
 * A pseudo-member: whether it answers. One that does not is `init` until the node's initial dead time
 * is over, and no fault of the plugin.
 */
export async function pingSeen(client: Client, name: string): Promise<Seen | undefined> {
  const { pings } = await statusOf(client, "heartbeat");
  const { status } = memberOf(pings, "name", name);
  if (status !== "ping" && status !== "dead") return undefined;
  const words = status === "ping" ? "it answers" : "it does not answer";
  return { ok: true, lines: [`pseudo-member ${name}: ${words}`] };
}

/** How a process of the node holds the plugin; undefined if it does not. */
export async function heldBy(
  client: Client,
  process: string,
  id: string,
): Promise<TreeNode | undefined> {
  const report = (await reportsOf(client)).find((report) => report.process === process);
  return report?.tree.flatMap((node) => [node, ...node.children]).find((node) => node.id === id);
}
