import { define } from "../../../pils/manifest.ts";

/** Fences by commands over ssh. */
export default define({
  kind: "stonith",
  name: "ssh",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Reboots a node by ssh, or switches it by commands on a machine that controls it",
    de: "Startet einen Knoten per ssh neu, oder schaltet ihn auf der Maschine, die ihn steuert",
  },
  config: [
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      required: true,
      short_text: { en: "Nodes; without a controller, ssh must reach them by these names" },
    },
    {
      fieldname: "controller",
      basictype: "string",
      specialtype: "host",
      short_text: { en: "The machine that runs the commands, if it is not the node itself" },
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
      fieldname: "statuscommand",
      basictype: "string",
      length: 1000,
      default: "cat /proc/sys/kernel/random/boot_id",
      short_text: { en: "Prints the boot id of the node; on a controller, on or off of {node}" },
    },
    {
      fieldname: "rebootcommand",
      basictype: "string",
      length: 1000,
      default: "reboot -nf",
      short_text: { en: "Reboots the node at once; not used with a controller" },
    },
    {
      fieldname: "offcommand",
      basictype: "string",
      length: 1000,
      short_text: { en: "Switches {node} off, on the controller" },
    },
    {
      fieldname: "oncommand",
      basictype: "string",
      length: 1000,
      short_text: { en: "Switches {node} on, on the controller" },
    },
  ],
  // ssh reads the two files and connects: what it may is what its user may.
  permissions: { run: ["/usr/bin/ssh"] },
  isolation: "process",
  license: "MIT",
});
