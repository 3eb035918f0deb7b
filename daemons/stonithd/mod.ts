/**
 * Fencing.
 *
 * @module
 */
export { stonithd } from "./core.ts";
export { historyMax } from "./outcome.ts";
export { requestsMax } from "./request.ts";
export type { FenceAction, FenceRecord, StonithdState } from "./state.ts";
export { type DeviceConfig, type FencingConfig, type FencingLevel, fencingOf } from "./devices.ts";

import { protocol } from "../protocols.ts";
import { linkOf } from "../site/flags.ts";
import { locksOf } from "../site/loader_of.ts";
import { main } from "../site/main.ts";
import { manifestsApi } from "./manifests.ts";
import { stonithd } from "./core.ts";

if (import.meta.main) {
  await main("stonithd", ({ config }) =>
    Promise.resolve({
      machines: [stonithd()],
      stores: new Map(),
      builtins: { manifests: manifestsApi(locksOf(config)) },
      protocol,
      connectPaths: [linkOf(config, "stonithd")],
    }));
}
