/**
 * The attributes on disk: they outlive this daemon, and end with the life of the node, which the
 * generation of its heartbeat tells from the next.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { Refusal } from "../runtime/reader.ts";
import { readSaved } from "./protocol.ts";
import { type AttrdState, log } from "./state.ts";

/** The key under which they are saved. */
export const savedKey = "attributes";

/** Everything, as it is to be saved. */
export function written(state: AttrdState): Uint8Array {
  const { generation, own, deleted } = state;
  return new TextEncoder().encode(JSON.stringify({
    generation,
    values: Object.fromEntries(own),
    deleted: [...deleted].map(([name, { dampenMs, set }]) => ({
      name,
      dampenMs,
      ...(set === undefined ? {} : { set }),
    })),
  }));
}

/**
 * The life of the node is known: what was saved in it holds on, and what was saved in another does
 * not. What has changed since this daemon started is newer.
 */
export function restore(state: AttrdState, generation: number, at: number, out: Effect[]): void {
  const isFirst = state.generation === undefined;
  if (state.generation === generation) return;
  state.generation = generation;
  // What is on disk must name the generation that is.
  state.unsaved ||= !isFirst;
  const { saved } = state;
  state.saved = undefined;
  if (saved === undefined) return;
  const read = savedIn(saved);
  if (read instanceof Refusal) {
    log(out, "warning", `The saved attributes of this node are not used: ${read}`);
    return;
  }
  if (read.generation !== generation) {
    log(out, "info", "The saved attributes are of an earlier life of this node and are dropped");
    return;
  }
  for (const [name, attribute] of Object.entries(read.values)) {
    if (state.changed.has(name)) continue;
    state.own.set(name, attribute);
    state.changed.add(name);
  }
  for (const { name, ...rest } of read.deleted) {
    if (!state.changed.has(name)) state.deleted.set(name, { ...rest, at });
  }
}

function savedIn(bytes: Uint8Array): ReturnType<typeof readSaved> {
  try {
    return readSaved(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return new Refusal("JSON");
  }
}
