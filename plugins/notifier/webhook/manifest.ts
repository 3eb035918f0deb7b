import { define } from "../../../pils/manifest.ts";

/** Posts alerts to one HTTP server. */
export default define({
  kind: "notifier",
  name: "webhook",
  version: "1.0.0",
  api: "notifier/1",
  summary: {
    en: "Posts every alert as JSON to one URL",
    de: "Schickt jede Meldung als JSON an eine URL",
  },
  config: [
    {
      fieldname: "url",
      basictype: "string",
      length: 1_000,
      regex: "https?:\\/\\/[A-Za-z0-9.\\-\\[\\]:]+(?:\\/[!-~]*)?",
      required: true,
      short_text: { en: "Where alerts are posted to; with http everybody on the way reads them" },
    },
    {
      fieldname: "cafile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "PEM file of the authority that has signed the certificate of the server" },
    },
    {
      fieldname: "token",
      basictype: "string",
      specialtype: "secret",
      secret: true,
      length: 4_096,
      short_text: { en: "Token; better in a file" },
    },
    {
      fieldname: "tokenfile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "File of mode 0600 with it in its first line" },
    },
    {
      fieldname: "authheader",
      basictype: "string",
      regex: "[A-Za-z0-9\\-]{1,64}",
      default: "authorization",
      short_text: { en: "Header that takes the token" },
    },
    {
      fieldname: "authvalue",
      basictype: "string",
      length: 500,
      default: "Bearer {token}",
      short_text: { en: "Its value: {token} is the token" },
    },
    {
      fieldname: "body",
      basictype: "string",
      length: 4_096,
      short_text: {
        en: 'JSON; {what}, {why}, {node}, {rsc} and other details fill texts: {"text":"{what}"}',
      },
    },
  ],
  // Only the host and port of its URL.
  permissions: { net: ["{url}"], read: ["{cafile}", "{tokenfile}"] },
  isolation: "process",
  license: "MIT",
});
