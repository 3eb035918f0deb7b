/**
 * The family of fence agents: one plugin, a type for each `/usr/sbin/fence_*`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { fenceAgent } from "../../handler/stonith/program/fence_agent.ts";
import type manifest from "./manifest.ts";

/** Where fence agents are. */
const folder = "/usr/sbin";

const device: Plugin<typeof manifest, Stonith> = (config) => {
  const {
    agent,
    pcmk_host_list,
    pcmk_host_map,
    pcmk_host_check,
    pcmk_host_argument,
    ...parameters
  } = config;
  return fenceAgent({
    program: `${folder}/${agent}`,
    parameters,
    hosts: {
      ...(pcmk_host_list === undefined ? {} : { pcmk_host_list }),
      ...(pcmk_host_map === undefined ? {} : { pcmk_host_map }),
      ...(pcmk_host_check === undefined ? {} : { pcmk_host_check }),
    },
    ...(pcmk_host_argument === undefined ? {} : { hostArgument: pcmk_host_argument }),
  });
};

export default device;
