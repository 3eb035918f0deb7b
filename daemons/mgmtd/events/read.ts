/**
 * The events of a node: asked of it, or read from its files if it is stopped.
 *
 * @module
 */
import { found, segmentBytesMax, segmentIn, segmentsMax, type Wanted } from "../../events/mod.ts";
import type { Client } from "../../runtime/client.ts";
import type { ClusterEvent, Message } from "../../runtime/messages.ts";
import { storeFolder } from "../../site/default_folders.ts";

/** Milliseconds a node may take. */
const answerMs = 10_000;

/** Events, and the sequence number of the last one that was looked at. */
export interface Found {
  readonly events: readonly ClusterEvent[];
  readonly last: number;
}

/** Of a running node. */
export async function eventsOf(client: Client, wanted: Wanted): Promise<Found> {
  const { events, last } = await client.ask(
    "events",
    { type: "events/query", id: "events", ...wanted },
    (message): message is Extract<Message, { type: "events/answer" }> =>
      message.type === "events/answer" && message.id === "events",
    answerMs,
  );
  return { events, last };
}

/** Of a stopped node; undefined: there are none. Damaged files are left out. */
export async function storedEvents(state: string, wanted: Wanted): Promise<Found | undefined> {
  const folder = storeFolder(state, "cluster", "events");
  const segments = [];
  try {
    for (let at = 0; at <= segmentsMax; at++) {
      const path = `${folder}/events.${at}`;
      const info = await Deno.lstat(path).catch((error): undefined => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
      if (info?.isFile !== true || info.size > 2 * segmentBytesMax) continue;
      const segment = segmentIn(await Deno.readFile(path));
      if (segment !== undefined) segments.push(segment);
    }
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) throw error;
    return undefined;
  }
  if (segments.length === 0) return undefined;
  return found({ segments: segments.sort((a, b) => a.number - b.number) }, wanted);
}
