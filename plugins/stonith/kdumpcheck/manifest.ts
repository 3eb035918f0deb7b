import { define } from "../../../pils/manifest.ts";

/** Sees that a node has crashed and writes its dump. */
export default define({
  kind: "stonith",
  name: "kdumpcheck",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en:
      "Confirms a node that has crashed and writes its dump, so that no other device interrupts it",
    de: "Bestätigt einen abgestürzten Knoten, der sein Speicherabbild schreibt",
  },
  config: [
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      maxitems: 64,
      required: true,
      short_text: { en: "Nodes, by names that ssh can reach" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 22,
      short_text: { en: "TCP port of sshd in the crash kernel" },
    },
    {
      fieldname: "user",
      basictype: "string",
      regex: "[a-z_][a-z0-9_\\-]{0,31}",
      default: "kdumpchecker",
      short_text: { en: "User that logs in" },
    },
    {
      fieldname: "identityfile",
      basictype: "string",
      specialtype: "path",
      required: true,
      short_text: { en: "File with the private key, without a passphrase" },
    },
    {
      fieldname: "knownhosts",
      basictype: "string",
      specialtype: "path",
      default: "/etc/ssh/ssh_known_hosts",
      short_text: { en: "File with the public keys of the machines" },
    },
    {
      fieldname: "checkcommand",
      basictype: "string",
      length: 1000,
      default: "if test -e /proc/vmcore; then echo kdump; else echo running; fi",
      short_text: { en: "Prints kdump in the crash kernel, and running in the usual one" },
    },
    {
      fieldname: "waitS",
      basictype: "integer",
      minimum: 0,
      maximum: 600,
      unit: "s",
      default: 15,
      short_text: {
        en: "How long the crash kernel may take to start, before the next device is used",
      },
    },
  ],
  permissions: { run: ["/usr/bin/ssh"] },
  isolation: "process",
  license: "MIT",
});
