import { defineAgent } from "../../../../handler/ra/typescript/agent.ts";

/** Does nothing but remember that it was started: the field's agent for trying things. */
export default defineAgent({
  type: "Dummy",
  version: "1.0",
  summary: { en: "Remembers in a file that it was started" },
  description: {
    en:
      "Keeps one file while it is started. Meant for trying a cluster; remove the file to make its monitor fail.",
  },
  parameters: [
    {
      fieldname: "state",
      basictype: "string",
      specialtype: "path",
      required: true,
      unique: true,
      short_text: { en: "The file that is there while the resource is started" },
    },
    {
      fieldname: "op_sleep",
      basictype: "integer",
      minimum: 0,
      maximum: 3_600_000,
      unit: "ms",
      default: 0,
      short_text: { en: "How long each action takes" },
    },
  ],
  actions: [
    { name: "start", timeoutMs: 20_000 },
    { name: "stop", timeoutMs: 20_000 },
    { name: "monitor", timeoutMs: 20_000, intervalMs: 10_000 },
    { name: "meta-data", timeoutMs: 5_000 },
  ],
  actionPermissions: { read: ["{state}"], write: ["{state}"] },
});
