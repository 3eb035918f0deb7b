/**
 * The local resource manager.
 *
 * @module
 */
export { lrmd } from "./core.ts";
export { graceMs } from "./dispatch.ts";
export { waitingMax } from "./queue.ts";
export { history, type LrmdConfig, type LrmdState, operationKey } from "./state.ts";

import { alerts } from "../alerts/mod.ts";
import { manifestsIn } from "../site/consent/manifests.ts";
import { projectLock } from "../site/loader_of.ts";
import { start } from "../start.ts";
import { classesOf } from "./classes.ts";
import { lrmd } from "./core.ts";
import { description } from "./description.ts";
import { operationsFor } from "./parallel.ts";

if (import.meta.main) {
  await start(description, async ({ config }) => ({
    machines: [
      lrmd({
        classes: classesOf(config, await manifestsIn([projectLock])),
        parallelMax: config.operationsAtOnce ?? operationsFor(navigator.hardwareConcurrency),
      }),
      alerts(),
    ],
  }));
}
