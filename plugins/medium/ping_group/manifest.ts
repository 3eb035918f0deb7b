import { define } from "../../../pils/manifest.ts";

/** Several hosts as one pseudo-member, by ICMP echo. */
export default define({
  kind: "medium",
  name: "ping_group",
  version: "1.0.0",
  api: "medium/1",
  summary: {
    en: "Pings several hosts as one pseudo-member: it lives while any of them answers",
    de: "Pingt mehrere Rechner als ein Pseudomitglied an: es lebt, solange einer antwortet",
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
      fieldname: "addresses",
      basictype: "string",
      specialtype: "ipaddr",
      isarray: true,
      minitems: 1,
      maxitems: 16,
      required: true,
      short_text: { en: "Addresses of the hosts" },
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
