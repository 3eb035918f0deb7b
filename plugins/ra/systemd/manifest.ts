import { define } from "../../../pils/manifest.ts";

/** Units of systemd. */
export default define({
  kind: "ra",
  name: "systemd",
  version: "1.0.0",
  api: "ra/1",
  summary: {
    en: "Runs units of systemd",
    de: "Führt Units von systemd aus",
  },
  config: [
    {
      fieldname: "systemctl",
      basictype: "string",
      specialtype: "path",
      default: "/usr/bin/systemctl",
      short_text: { en: "The program systemctl" },
    },
    {
      fieldname: "booted",
      basictype: "string",
      specialtype: "path",
      default: "/run/systemd/system",
      short_text: { en: "Folder that exists while systemd runs" },
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
  // systemctl decides over all services of the machine: a shell becomes it.
  permissions: { run: ["/bin/sh"], read: ["{booted}"] },
  license: "MIT",
});
