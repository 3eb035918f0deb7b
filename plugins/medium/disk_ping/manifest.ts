import { define } from "../../../pils/manifest.ts";

/** A disk as a pseudo-member. */
export default define({
  kind: "medium",
  name: "disk_ping",
  version: "1.0.0",
  api: "medium/1",
  summary: {
    en: "Reads from a disk, as a pseudo-member of the cluster: whether the storage is reached",
    de: "Liest von einer Platte, als Pseudomitglied des Clusters: ob der Speicher erreicht wird",
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
      fieldname: "device",
      basictype: "string",
      specialtype: "device",
      required: true,
      short_text: { en: "The disk, such as /dev/disk/by-id/wwn-0x5000c500a1b2c3d4" },
    },
  ],
  // No device can be granted by path: a program opens it, and that one starts no other.
  permissions: { run: ["/bin/dd"] },
  license: "MIT",
});
