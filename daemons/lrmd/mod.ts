/**
 * The local resource manager.
 *
 * @module
 */
export { lrmd } from "./core.ts";
export { graceMs } from "./dispatch.ts";
export { waitingMax } from "./queue.ts";
export { history, type LrmdConfig, type LrmdState, operationKey } from "./state.ts";

import { protocol } from "../protocols.ts";
import { linkOf } from "../site/flags.ts";
import { main } from "../site/main.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import { lrmd } from "./core.ts";
import type { LrmdConfig } from "./state.ts";

/** The classes that the operator named. */
const classesOf = ({ agents = [] }: NodeConfig): LrmdConfig["classes"] =>
  Object.fromEntries(
    agents.map(({ class: name, plugin, ...config }) => [name, { plugin, config }]),
  );

if (import.meta.main) {
  await main("lrmd", ({ config }) => {
    const { cluster, node } = config;
    return Promise.resolve({
      machines: [
        lrmd({
          classes: { ...classesOf(config), deno: { plugin: "ra/deno", config: { cluster, node } } },
          parallelMax: config.operationsAtOnce,
        }),
      ],
      stores: new Map(),
      protocol,
      connectPaths: [linkOf(config, "lrmd")],
    });
  });
}
