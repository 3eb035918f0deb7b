import { define } from "../../../pils/manifest.ts";

/** Fences with power strips behind a console server of Cyclades. */
export default define({
  kind: "stonith",
  name: "cyclades",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en:
      "Switches outlets of AlterPath PM strips behind a Cyclades console server (TS, ACS, KVM) by ssh",
    de: "Schaltet Dosen von AlterPath-PM-Leisten an einem Cyclades-Konsolenserver per ssh",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of the console server" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 22,
      short_text: { en: "TCP port of its sshd" },
    },
    {
      fieldname: "user",
      basictype: "string",
      regex: "[a-z_][a-z0-9_\\-]{0,31}",
      default: "root",
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
      fieldname: "serialport",
      basictype: "integer",
      minimum: 1,
      maximum: 96,
      required: true,
      short_text: { en: "Serial port of the console server at which the strip is" },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      isarray: true,
      minitems: 1,
      maxitems: 128,
      length: 270,
      regex: "[A-Za-z0-9][A-Za-z0-9._\\-]*:[1-9][0-9]{0,2}",
      required: true,
      short_text: { en: "Nodes with their outlets, such as alice:1 alice:9 bob:2" },
    },
  ],
  // ssh reads the two files and connects: what it may is what its user may.
  permissions: { run: ["/usr/bin/ssh"] },
  isolation: "process",
  license: "MIT",
});
