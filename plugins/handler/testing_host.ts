/**
 * A host for a plugin's own tests: it keeps what the plugin emits and logs.
 *
 * @example
 * ```ts
 * const host = testingHost();
 * const api = await plugin({ level: "warning" }, host);
 * await api.notify(sample);
 * assert.deepEqual(host.lines, ["warning node alice is lost"]);
 * ```
 *
 * @module
 */
import type { Host } from "../../pils/plugin.ts";

/** A host that remembers. */
export interface TestingHost<Event = unknown> extends Host<Event> {
  /** What was emitted, oldest first. */
  readonly events: readonly Event[];
  /** What was logged, oldest first: the level, a blank, the text. */
  readonly lines: readonly string[];
}

/** Makes one. */
export function testingHost<Event = unknown>(): TestingHost<Event> {
  const events: Event[] = [];
  const lines: string[] = [];
  return {
    events,
    lines,
    emit: (event) => void events.push(event),
    log: (level, text) => void lines.push(`${level} ${text}`),
  };
}
