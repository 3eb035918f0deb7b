import { define } from "../../../pils/manifest.ts";

/** A host as a pseudo-member, by ICMP echo. */
export default define({
  kind: "medium",
  name: "ping",
  version: "1.0.0",
  api: "medium/1",
  summary: {
    en: "Pings a host, such as a router, as a pseudo-member of the cluster",
    de: "Pingt einen Rechner, etwa einen Router, als Pseudomitglied des Clusters an",
  },
  config: [
    {
      fieldname: "name",
      basictype: "string",
      length: 64,
      required: true,
      short_text: { en: "Name of the pseudo-member among the nodes" },
    },
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of the host" },
    },
    {
      fieldname: "library",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "The C library, if it is not where Debian has it" },
    },
  ],
  // Deno has no sockets for ICMP; with ffi anything can be done, so this is a process of its own.
  permissions: {
    ffi: [
      "{library}",
      "/lib/x86_64-linux-gnu/libc.so.6",
      "/lib/aarch64-linux-gnu/libc.so.6",
    ],
  },
  license: "MIT",
});
