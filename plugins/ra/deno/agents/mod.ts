/**
 * The agents that come with the class `deno`.
 *
 * @module
 */
import type { AgentManifest } from "../agent.ts";
import dummy from "./Dummy/manifest.ts";
import webServer from "./WebServer/manifest.ts";

/** All of them, by type. */
export const agents: ReadonlyMap<string, AgentManifest> = new Map<string, AgentManifest>(
  [dummy, webServer].map((manifest) => [manifest.type, manifest]),
);
