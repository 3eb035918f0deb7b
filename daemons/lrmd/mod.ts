/**
 * The local resource manager.
 *
 * @module
 */
export { lrmd } from "./core.ts";
export { graceMs } from "./dispatch.ts";
export { waitingMax } from "./queue.ts";
export { history, type LrmdConfig, type LrmdState, operationKey } from "./state.ts";

import { socketOf } from "../flags.ts";
import { main } from "../main.ts";
import { lrmd } from "./core.ts";

if (import.meta.main) {
  await main("lrmd", ({ config }) => {
    const { cluster, node } = config;
    return Promise.resolve({
      machines: [
        lrmd({
          classes: { deno: { plugin: "ra/deno", config: { cluster, node } } },
          parallelMax: config.operationsAtOnce,
        }),
      ],
      stores: new Map(),
      connectPaths: [socketOf(config, "cluster")],
    });
  });
}
