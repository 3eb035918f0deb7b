import { defineAgent } from "../../../../handler/ra/typescript/agent.ts";

/** Watches a URL: a resource that fails when a page does not answer. */
export default defineAgent({
  type: "HttpProbe",
  version: "1.0",
  summary: { en: "Fails when a web page does not answer" },
  description: {
    en:
      "Starts nothing: it asks for a URL at each monitor, and fails when the answer is late, has another status, or lacks a text. Group it behind the service that it watches. It may connect to the host of the URL and no other, so it does not follow redirects.",
  },
  parameters: [
    {
      fieldname: "url",
      basictype: "string",
      specialtype: "url",
      required: true,
      reloadable: true,
      short_text: { en: "What is asked for, such as http://192.0.2.7:8080/health" },
    },
    {
      fieldname: "state",
      basictype: "string",
      specialtype: "path",
      required: true,
      unique: true,
      short_text: { en: "The file that is there while the resource is started" },
    },
    {
      fieldname: "status",
      basictype: "integer",
      minimum: 100,
      maximum: 599,
      default: 200,
      reloadable: true,
      short_text: { en: "Status of a good answer" },
    },
    {
      fieldname: "text",
      basictype: "string",
      length: 1000,
      reloadable: true,
      short_text: { en: "A text that is in the first 64 KiB of a good answer" },
    },
    {
      fieldname: "answer",
      basictype: "integer",
      minimum: 10,
      maximum: 600_000,
      unit: "ms",
      default: 5_000,
      reloadable: true,
      short_text: { en: "How long an answer may take" },
    },
    {
      fieldname: "token",
      basictype: "string",
      secret: true,
      short_text: { en: "A secret that is sent as a bearer token" },
    },
  ],
  actions: [
    { name: "start", timeoutMs: 20_000 },
    { name: "stop", timeoutMs: 20_000 },
    { name: "monitor", timeoutMs: 20_000, intervalMs: 10_000 },
    { name: "reload-agent", timeoutMs: 5_000 },
    { name: "meta-data", timeoutMs: 5_000 },
  ],
  actionPermissions: { net: ["{url}"], read: ["{state}"], write: ["{state}"] },
});
