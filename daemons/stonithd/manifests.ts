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
import { actions, hostChecks, questions } from "./parameters.ts";

/** Times as the field writes them, such as `5s`. */
const time = "[0-9]{1,9} *(ms|msec|s|sec|min|m|h|hr)?";
/** Times by node, such as `alice:5s;bob:0`. */
const timesByNode = `[^ :;,]+:${time}([ ;,]+[^ :;,]+:${time})*[ ;,]*`;

const field = (
  fieldname: string,
  short: string,
  regex?: string,
  more: Partial<Field> = {},
): Field => ({
  fieldname,
  basictype: "string",
  ...(regex === undefined ? {} : { regex }),
  short_text: { en: short },
  ...more,
});

/** Parameters of the cluster: every device has them. What cannot be heeded is no value of them. */
export const clusterFields: readonly Field[] = [
  field(
    "pcmk_host_list",
    "Names of the nodes that the device fences, separated by blanks or commas",
  ),
  field("pcmk_host_map", "Plugs of nodes, such as alice:1;bob:2"),
  field(
    "pcmk_host_check",
    "How the nodes are known: named here, listed by the device, or every node",
    undefined,
    { basictype: "enum", choices: hostChecks },
  ),
  field(
    "pcmk_delay_base",
    "Time to wait before the device is used, such as 5s or alice:5s;bob:0",
    ` *(${time}|${timesByNode})? *`,
  ),
  field(
    "pcmk_delay_max",
    "Up to this time it waits, at random from pcmk_delay_base on",
    ` *(${time}|${timesByNode})? *`,
  ),
  field(
    "pcmk_action_limit",
    "Actions of the device at once at most on one node; -1: without a bound",
    " *(-1|[1-9][0-9]{0,8})? *",
  ),
  ...actions.flatMap((action) => [
    field(
      `pcmk_${action}_action`,
      `What the device does when ${action} is asked for`,
      ` *(${action === "on" ? "on" : "off|reboot"})? *`,
    ),
    field(`pcmk_${action}_timeout`, `Time that ${action} may take`, ` *(${time})? *`),
    field(
      `pcmk_${action}_retries`,
      `How often ${action} is tried at most, within its time`,
      ` *([0-9]{1,2}|100)? *`,
    ),
  ]),
  ...questions.flatMap((question) => [
    field(`pcmk_${question}_action`, `Only "${question}"`, ` *(${question})? *`),
    field(
      `pcmk_${question}_timeout`,
      `Time that the answer to ${question} may take`,
      ` *(${time})? *`,
    ),
    field(
      `pcmk_${question}_retries`,
      `How often ${question} is asked at most`,
      ` *([0-9]{1,2}|100)? *`,
    ),
  ]),
];

/** What the driver gives for `load` of `manifests`. @param locks are read at each question. */
export const manifestsApi = (locks: readonly URL[]) => (): Api => ({
  /** Meta-data of a plugin of kind `stonith` as XML; undefined: no lock has it. */
  async describe(plugin: string): Promise<string | undefined> {
    const manifest = (await manifestsIn(locks)).get(plugin);
    if (manifest === undefined) return undefined;
    return deviceMetaData(plugin.slice("stonith/".length), manifest.config);
  },
});

/** The fields of a device and of the cluster, as an agent would say them. */
export function deviceMetaData(name: string, fields: readonly Field[]): string {
  // A family says itself what it does with some of the cluster's parameters.
  const own = new Set(fields.map(({ fieldname }) => fieldname));
  const added = clusterFields.filter(({ fieldname }) => !own.has(fieldname));
  return writeOcf({ name, fields: [...fields, ...added], actions: [] });
}
