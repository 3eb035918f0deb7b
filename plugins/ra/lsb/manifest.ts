import { define } from "../../../pils/manifest.ts";

/** Init scripts. */
export default define({
  kind: "ra",
  name: "lsb",
  version: "1.0.0",
  api: "ra/1",
  summary: {
    en: "Runs init scripts of the Linux Standard Base",
    de: "Führt Init-Skripte der Linux Standard Base aus",
  },
  config: [
    {
      fieldname: "scripts",
      basictype: "string",
      specialtype: "path",
      default: "/etc/init.d",
      short_text: { en: "Folder of the init scripts" },
    },
    {
      fieldname: "pathfirst",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "Folder that is first in the PATH of the programs" },
    },
    {
      fieldname: "cluster",
      basictype: "string",
      length: 64,
      regex: "[A-Za-z0-9._\\-]+",
      short_text: { en: "Name of the cluster, as in the node configuration" },
    },
    {
      fieldname: "node",
      basictype: "string",
      specialtype: "node",
      short_text: { en: "Name of this node" },
    },
  ],
  // A script is a program of the disk, with all rights of the user: a shell becomes it.
  permissions: { run: ["/bin/sh"], read: ["{scripts}"] },
  license: "MIT",
});
