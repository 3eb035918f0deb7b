import { defineAgent } from "../../../../handler/ra/typescript/agent.ts";

/** Does nothing but remember its role: the field's agent for trying promotable clones. */
export default defineAgent({
  type: "Stateful",
  version: "1.0",
  summary: { en: "Remembers in a file whether it is promoted" },
  description: {
    en:
      "Keeps one file with its role while it is started, and tells the cluster how fit it is to be promoted. Meant for trying promotable clones; remove the file to make its monitor fail.",
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
      fieldname: "started",
      basictype: "integer",
      minimum: -1_000_000,
      maximum: 1_000_000,
      default: 5,
      reloadable: true,
      short_text: { en: "Promotion score of an instance that is started" },
    },
    {
      fieldname: "promoted",
      basictype: "integer",
      minimum: -1_000_000,
      maximum: 1_000_000,
      default: 10,
      reloadable: true,
      short_text: { en: "Promotion score of an instance that is promoted" },
    },
  ],
  actions: [
    { name: "start", timeoutMs: 20_000 },
    { name: "stop", timeoutMs: 20_000 },
    { name: "monitor", timeoutMs: 20_000, intervalMs: 10_000 },
    { name: "promote", timeoutMs: 20_000 },
    { name: "demote", timeoutMs: 20_000 },
    { name: "meta-data", timeoutMs: 5_000 },
  ],
  actionPermissions: { read: ["{state}"], write: ["{state}"] },
});
