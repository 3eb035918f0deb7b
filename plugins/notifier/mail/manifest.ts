import { define } from "../../../pils/manifest.ts";

/** Sends alerts by mail. */
export default define({
  kind: "notifier",
  name: "mail",
  version: "1.0.0",
  api: "notifier/1",
  summary: {
    en: "Sends every alert by mail, through one SMTP server",
    de: "Schickt jede Meldung als Mail über einen SMTP-Server",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      default: "127.0.0.1",
      short_text: { en: "Address of the server; a name would need a resolver" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 587,
      short_text: { en: "Its TCP port: 587, 465 with tls, 25 for a server of this machine" },
    },
    {
      fieldname: "security",
      basictype: "enum",
      choices: ["starttls", "tls", "none"],
      default: "starttls",
      short_text: { en: "With none everybody on the way reads the mail and the password" },
    },
    {
      fieldname: "servername",
      basictype: "string",
      specialtype: "hostname",
      short_text: { en: "Name in the certificate of the server; its address if left out" },
    },
    {
      fieldname: "cafile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "PEM file of the authority that has signed the certificate" },
    },
    {
      fieldname: "user",
      basictype: "string",
      length: 255,
      short_text: { en: "User of the server, if it asks for one" },
    },
    {
      fieldname: "password",
      basictype: "string",
      specialtype: "secret",
      secret: true,
      length: 255,
      short_text: { en: "Password; better in a file" },
    },
    {
      fieldname: "passwordfile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "File of mode 0600 with it in its first line" },
    },
    {
      fieldname: "from",
      basictype: "string",
      length: 254,
      regex: "[!-;=?-~]+@[A-Za-z0-9.\\-]+",
      required: true,
      short_text: { en: "Mail address of the sender" },
    },
    {
      fieldname: "to",
      basictype: "string",
      length: 254,
      regex: "[!-;=?-~]+@[A-Za-z0-9.\\-]+",
      short_text: { en: "Mail address for alerts without a recipient" },
    },
  ],
  permissions: { net: ["{address}:{port}"], read: ["{cafile}", "{passwordfile}"] },
  isolation: "process",
  license: "MIT",
});
