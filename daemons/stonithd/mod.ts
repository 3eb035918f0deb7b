/**
 * Fencing.
 *
 * @module
 */
export { stonithd } from "./core.ts";
export { historyMax } from "./record.ts";
export { requestsMax } from "./request.ts";
export type { FenceAction, FenceRecord, StonithdState } from "./state.ts";
export { type DeviceConfig, type FencingConfig, fencingOf } from "./devices.ts";

import { locksOf } from "../site/loader_of.ts";
import { start } from "../start.ts";
import { stonithd } from "./core.ts";
import { description } from "./description.ts";
import { manifestsApi } from "./manifests.ts";

if (import.meta.main) {
  await start(description, ({ config }) => ({
    machines: [stonithd()],
    builtins: { manifests: manifestsApi(locksOf(config)) },
  }));
}
