/**
 * The family of external plugins: one plugin, a type for each file in
 * `/usr/lib/stonith/plugins/external`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { externalPlugin } from "../../handler/stonith/program/external_plugin.ts";
import type manifest from "./manifest.ts";

/** Where cluster-glue has its external plugins, and the programs that they call. */
const folder = "/usr/lib/stonith/plugins";
const helpers = "/usr/share/cluster-glue";

const plugin: Plugin<typeof manifest, Stonith> = (config) => {
  const { device, pcmk_host_list, pcmk_host_map, pcmk_host_check, ...parameters } = config;
  return externalPlugin({
    program: `${folder}/${device}`,
    helpers,
    parameters,
    hosts: {
      ...(pcmk_host_list === undefined ? {} : { pcmk_host_list }),
      ...(pcmk_host_map === undefined ? {} : { pcmk_host_map }),
      ...(pcmk_host_check === undefined ? {} : { pcmk_host_check }),
    },
  });
};

export default plugin;
