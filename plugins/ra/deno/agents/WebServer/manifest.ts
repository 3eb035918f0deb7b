import { defineAgent } from "../../../../handler/ra/typescript/agent.ts";

/** A small web server, to see that a cluster keeps a service up. */
export default defineAgent({
  type: "WebServer",
  version: "1.0",
  summary: { en: "Serves one page over HTTP", de: "Liefert eine Seite über HTTP" },
  description: {
    en: "Serves one page that names the node it runs on. Meant for trying a cluster.",
  },
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
      fieldname: "text",
      basictype: "string",
      length: 1000,
      default: "It works",
      reloadable: true,
      short_text: { en: "Text of the page" },
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
