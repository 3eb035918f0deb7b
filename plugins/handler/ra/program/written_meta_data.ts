/**
 * Meta-data for agents whose standard has none, written from what they do say.
 *
 * @module
 */
import type { Field } from "../../../../metadata/field.ts";
import { writeOcf } from "../../../../metadata/agents/mod.ts";

/** What is known of such an agent. */
export interface Known {
  readonly type: string;
  readonly summary: string;
  readonly description?: string;
  readonly fields?: readonly Field[];
  /** Actions beside start, stop and monitor. */
  readonly actions?: readonly string[];
}

/** Timeouts that are advised where the agent advises none. */
const timeouts: readonly (readonly [action: string, timeout: string, interval?: string])[] = [
  ["start", "60s"],
  ["stop", "60s"],
  ["monitor", "20s", "15s"],
];

/** OCF 1.1 meta-data. */
export const writtenMetaData = (
  { type, summary, description = summary, fields = [], actions = [] }: Known,
): string =>
  writeOcf({
    name: type,
    version: "1.0",
    api: "1.1",
    short_text: { en: plain(summary) },
    long_text: { en: plain(description) },
    fields,
    actions: [
      ...timeouts.map(([name, timeout, interval]) => ({
        name,
        timeout,
        ...(interval === undefined ? {} : { interval }),
      })),
      ...actions.map((name) => ({ name, timeout: "60s" })),
    ],
  });

/** What XML cannot hold, a file can. */
const plain = (text: string): string =>
  // deno-lint-ignore no-control-regex -- these are the ones meant
  text.replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, "\ufffd");
