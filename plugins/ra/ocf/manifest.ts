import { define } from "../../../pils/manifest.ts";

/** Resource agents of the Open Cluster Framework. */
export default define({
  kind: "ra",
  name: "ocf",
  version: "1.0.0",
  api: "ra/1",
  summary: {
    en: "Runs resource agents of the Open Cluster Framework, 1.0 and 1.1",
    de: "Führt Agenten des Open Cluster Framework aus, 1.0 und 1.1",
  },
  config: [
    {
      fieldname: "root",
      basictype: "string",
      specialtype: "path",
      default: "/usr/lib/ocf",
      short_text: { en: "OCF_ROOT; its agents are in resource.d/PROVIDER/TYPE" },
    },
    {
      fieldname: "folders",
      basictype: "string",
      specialtype: "path",
      isarray: true,
      maxitems: 16,
      default: [],
      short_text: { en: "Further folders of PROVIDER/TYPE, which come before those of root" },
    },
    {
      fieldname: "pathfirst",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "Folder that is first in the PATH of agents" },
    },
    {
      fieldname: "temporary",
      basictype: "string",
      specialtype: "path",
      default: "/run/resource-agents",
      short_text: { en: "HA_RSCTMP, the folder for files of agents; empty after a boot" },
    },
    {
      fieldname: "secrets",
      basictype: "string",
      specialtype: "path",
      default: "/var/lib/pacemaker/lrm/secrets",
      short_text: { en: "Folder of the secrets that parameters name as lrm://" },
    },
    {
      fieldname: "metadatams",
      basictype: "integer",
      unit: "ms",
      minimum: 100,
      maximum: 19_000,
      default: 15_000,
      short_text: { en: "Time that an agent has to print its meta-data" },
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
  // An agent is a program of the disk, with all rights of the user: a shell becomes it.
  permissions: { run: ["/bin/sh"], read: ["{root}/resource.d", "{folders}", "{secrets}"] },
  license: "MIT",
});
