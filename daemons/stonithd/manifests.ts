/**
 * The parameters of fencing devices, as the locks of this node have them: those of the device, and
 * those that begin with `pcmk_` and are the cluster's.
 *
 * @module
 */
import { writeOcf } from "../../metadata/agents/mod.ts";
import type { Field } from "../../metadata/field.ts";
import type { Api } from "../../pils/plugin.ts";
import { manifestsIn } from "../site/consent/manifests.ts";

/** What may be asked of a device. */
const actions = ["on", "off", "reboot", "list", "monitor", "status", "metadata"] as const;

/** Parameters of the cluster that have no effect here, as the field names them. */
const others: readonly string[] = [
  "pcmk_host_argument",
  "pcmk_host_map",
  "pcmk_host_check",
  "pcmk_delay_max",
  "pcmk_action_limit",
  ...actions.flatMap((action) =>
    ["action", "timeout", "retries"].map((what) => `pcmk_${action}_${what}`)
  ),
];

/** Parameters of the cluster: every device has them. */
export const clusterFields: readonly Field[] = [
  {
    fieldname: "pcmk_host_list",
    basictype: "string",
    short_text: { en: "Names of the nodes that the device fences, separated by blanks or commas" },
  },
  {
    fieldname: "pcmk_delay_base",
    basictype: "string",
    regex: " *[0-9]{1,9}(ms|s|sec|min|m)? *",
    short_text: { en: "Time to wait before the device is used, such as 5s" },
  },
  ...others.map((fieldname): Field => ({
    fieldname,
    basictype: "string",
    short_text: { en: "Has no effect here" },
  })),
];

/** What the driver gives for `load` of `manifests`. @param locks are read at each question. */
export const manifestsApi = (locks: readonly URL[]) => (): Api => ({
  /** Meta-data of a plugin of kind `stonith` as XML; undefined: no lock has it. */
  async describe(plugin: string): Promise<string | undefined> {
    const manifest = (await manifestsIn(locks)).get(plugin);
    if (manifest === undefined) return undefined;
    return deviceMetaData(manifest.name, manifest.config);
  },
});

/** The fields of a device and of the cluster, as an agent would say them. */
export const deviceMetaData = (name: string, fields: readonly Field[]): string =>
  writeOcf({ name, fields: [...fields, ...clusterFields], actions: [] });
