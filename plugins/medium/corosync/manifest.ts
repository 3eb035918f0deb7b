import { define } from "../../../pils/manifest.ts";

/** Carries packets through a process group of a running Corosync. */
export default define({
  kind: "medium",
  name: "corosync",
  version: "1.0.0",
  api: "medium/1",
  summary: {
    en: "Carries packets through a process group of the Corosync that runs on each node",
    de: "Überträgt Pakete durch eine Prozessgruppe des Corosync, das auf jedem Knoten läuft",
  },
  config: [
    {
      fieldname: "name",
      basictype: "string",
      length: 127,
      regex: "[A-Za-z0-9._\\-]+",
      default: "heartbeat",
      short_text: { en: "Name of the process group, the same on every node" },
    },
    {
      fieldname: "library",
      basictype: "string",
      specialtype: "path",
      default: "/usr/lib/x86_64-linux-gnu/libqb.so.100",
      short_text: { en: "Corosync's library for speaking to it, libqb" },
    },
  ],
  // With ffi anything can be done, so this is a process of its own.
  permissions: { ffi: ["{library}"] },
  license: "MIT",
});
