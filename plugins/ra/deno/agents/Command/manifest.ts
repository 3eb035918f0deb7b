import { defineAgent } from "../../../../handler/ra/typescript/agent.ts";

/** Any program as a service. */
export default defineAgent({
  type: "Command",
  version: "1.0",
  summary: { en: "Keeps a program running, and may start that program alone" },
  description: {
    en:
      "Starts one program with its arguments, and watches whether it runs. The program must stay in the foreground. It is ended with SIGTERM, and with SIGKILL when most of the timeout of the stop has passed. The agent may start exactly this program and do nothing else; the program itself has all rights of the user. Its output goes nowhere, so let it write its own log.",
  },
  parameters: [
    {
      fieldname: "program",
      basictype: "string",
      specialtype: "path",
      required: true,
      short_text: { en: "The program, by its absolute path" },
    },
    {
      fieldname: "arguments",
      basictype: "string",
      length: 32_000,
      default: "",
      short_text: { en: "Its arguments, with blanks between them, or as a JSON array of texts" },
    },
    {
      fieldname: "folder",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "The folder in which it runs; / if left out" },
    },
    {
      fieldname: "password",
      basictype: "string",
      secret: true,
      short_text: { en: "A secret that the program gets as HA_PASSWORD in its environment" },
    },
  ],
  actions: [
    { name: "start", timeoutMs: 20_000 },
    { name: "stop", timeoutMs: 20_000 },
    { name: "monitor", timeoutMs: 20_000, intervalMs: 10_000 },
    { name: "meta-data", timeoutMs: 5_000 },
  ],
  servicePermissions: { run: ["{program}"] },
  settleMs: 500,
});
