/**
 * The parameters by which the CIB says which node has which plug of a device of others. They are the
 * cluster's own names, so that a configuration of Pacemaker works unchanged.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Targets } from "../targets.ts";

/** Values of the fields that the manifests of families have for it. */
export interface HostValues {
  readonly pcmk_host_list?: string;
  readonly pcmk_host_map?: string;
  readonly pcmk_host_check?: string;
}

/** The nodes that the configuration names; undefined if the device has to be asked. */
export function configuredTargets(
  { pcmk_host_list = "", pcmk_host_map = "", pcmk_host_check }: HostValues,
): Targets | undefined {
  const targets = new Map<string, readonly string[]>();
  for (const node of pcmk_host_list.split(/[\s,;]+/).filter(Boolean)) targets.set(node, [node]);
  for (const pair of pcmk_host_map.split(/[\s;]+/).filter(Boolean)) {
    const at = pair.indexOf(":");
    if (at < 1 || at === pair.length - 1) {
      const what = `pcmk_host_map: ${JSON.stringify(pair)} is not NODE:PLUG`;
      throw new Error(withCode("HA8002", `${what}. Fix: write alice:1;bob:2`));
    }
    targets.set(pair.slice(0, at), [pair.slice(at + 1)]);
  }
  const isAsked = pcmk_host_check === "dynamic-list" ||
    (pcmk_host_check === undefined && targets.size === 0);
  if (isAsked) return undefined;
  if (targets.size === 0) {
    const fix = "set pcmk_host_list or pcmk_host_map";
    throw new Error(withCode("HA8002", `no node is named. Fix: ${fix}`));
  }
  return targets;
}
