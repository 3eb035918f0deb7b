/**
 * Agents' descriptions of themselves, as fields, in and out.
 *
 * @module
 */
export type { Agent, AgentAction, Dialect, ReadAgent } from "./agent.ts";
export { writeFence } from "./fence.ts";
export { writeOcf } from "./ocf.ts";
export { readAgent } from "./read.ts";
export { isSecretName } from "./secret_names.ts";
export { writeStonith } from "./stonith.ts";
export { parameterText } from "./write.ts";
