import { define } from "../../../../../pils/manifest.ts";

/** Template: posts alerts to an HTTP interface. */
export default define({
  kind: "notifier",
  name: "http",
  version: "1.0.0",
  api: "notifier/1",
  summary: { en: "Posts every alert as JSON to an HTTP server" },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of the server" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 80,
      short_text: { en: "Its TCP port" },
    },
    {
      fieldname: "path",
      basictype: "string",
      length: 200,
      regex: "\\/[A-Za-z0-9\\/._~\\-]*",
      default: "/",
      short_text: { en: "Where alerts are posted to" },
    },
  ],
  permissions: { net: ["{address}:{port}"] },
  license: "MIT",
});
