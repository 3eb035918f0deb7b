import { defineAgent } from "../../../../typescript/agent.ts";

/** Say here what it keeps running. */
export default defineAgent({
  type: "Example",
  version: "1.0",
  summary: { en: "Serves one page over HTTP" },
  description: { en: "Say here what it keeps running, what it needs, and how it fails." },
  parameters: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      default: "127.0.0.1",
      short_text: { en: "Address to listen on" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      minimum: 1,
      maximum: 65535,
      required: true,
      short_text: { en: "TCP port to listen on" },
    },
    {
      fieldname: "token",
      basictype: "string",
      secret: true,
      short_text: { en: "A secret: without it as bearer token, nobody gets the page" },
    },
  ],
  actions: [
    { name: "start", timeoutMs: 20_000 },
    { name: "stop", timeoutMs: 20_000 },
    { name: "monitor", timeoutMs: 20_000, intervalMs: 10_000 },
    { name: "meta-data", timeoutMs: 5_000 },
  ],
  actionPermissions: { net: ["{address}:{port}"] },
  servicePermissions: { net: ["{address}:{port}"] },
});
