/**
 * What `ha plugin check` says of an agent from the field: the slips in its meta-data, and whether we
 * can say all of it again in each dialect.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { diagnosticText } from "../../../../metadata/diagnostic.ts";
import {
  type ReadAgent,
  readAgent,
  writeFence,
  writeOcf,
  writeStonith,
} from "../../../../metadata/agents/mod.ts";

const writers = { ocf: writeOcf, fence: writeFence, stonith: writeStonith } as const;

/** What was found, and whether all of it can be used. */
export function agentReport(
  word: string,
  { agent, dialect, slips }: ReadAgent,
): { readonly text: string; readonly ok: boolean } {
  const lost = Object.entries(writers).filter(([, write]) => {
    const again = readAgent(write(agent));
    return !again.ok || !isDeepStrictEqual(again.value.agent, agent);
  }).map(([name]) => name);
  const lines = [
    ...slips.map((slip) => `slip: ${diagnosticText(slip)}`),
    ...lost.map((name) => `not all of it can be said as ${name}`),
    `${word} is read as ${dialect}: ${agent.fields.length} parameters, ${agent.actions.length} ` +
    `actions, ${slips.length} slips.`,
  ];
  return { text: `${lines.join("\n")}\n`, ok: lost.length === 0 };
}
