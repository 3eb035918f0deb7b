/**
 * An agent's OCF 1.1 meta-data, generated from its manifest.
 *
 * @module
 */
import { writeOcf } from "../../../../metadata/agents/mod.ts";
import type { AgentManifest } from "./agent.ts";

/** The meta-data as XML. What OCF has no words for, such as a range, goes with it (`special`). */
export const metaData = (agent: AgentManifest): string =>
  writeOcf({
    name: agent.type,
    version: agent.version,
    api: "1.1",
    short_text: agent.summary,
    long_text: agent.description,
    fields: agent.parameters,
    actions: agent.actions.map(({ name, timeoutMs, intervalMs }) => ({
      name,
      timeout: `${timeoutMs / 1000}s`,
      ...(intervalMs === undefined ? {} : { interval: `${intervalMs / 1000}s` }),
    })),
  });
