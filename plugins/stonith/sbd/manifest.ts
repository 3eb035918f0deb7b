import { define } from "../../../pils/manifest.ts";

/** Fences by a message on a shared disk. */
export default define({
  kind: "stonith",
  name: "sbd",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Fences a node by a message on a shared disk, which the node's sbd obeys",
    de: "Beendet einen Knoten durch eine Nachricht auf einer gemeinsamen Platte",
  },
  config: [
    {
      fieldname: "devices",
      basictype: "string",
      specialtype: "path",
      isarray: true,
      minitems: 1,
      maxitems: 3,
      required: true,
      short_text: { en: "Shared disks that sbd create has prepared: device nodes or files" },
      long_text: {
        en: "One, two or three. Deno grants no path below /dev, so make a node of the same disk " +
          "elsewhere: mknod -m 0600 /etc/ha/sbd/disk1 b MAJOR MINOR (see lsblk).",
      },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      short_text: { en: "Nodes that it fences; if left out, all nodes that have a slot" },
    },
    {
      fieldname: "sender",
      basictype: "string",
      specialtype: "node",
      length: 63,
      default: "ha",
      short_text: { en: "Name of the sender that sbd list shows" },
    },
  ],
  permissions: { read: ["{devices}"], write: ["{devices}"] },
  isolation: "process",
  license: "MIT",
});
