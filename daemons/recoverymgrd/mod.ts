/**
 * The recovery manager: the parent of a node's daemons. To start a node is to start this.
 *
 * @module
 */
export { type ChildEnded, type RecoveryConfig, recoverymgrd, type RecoveryState } from "./core.ts";

import { processes } from "../site/flags.ts";
import { main } from "../site/main.ts";
import { children } from "./children.ts";
import { intensity, recoverymgrd } from "./core.ts";

if (import.meta.main) {
  await main("recoverymgrd", async ({ config }) => {
    const project = decodeURIComponent(new URL("../..", import.meta.url).pathname);
    const places = {
      project: project.replace(/\/$/, ""),
      configFile: Deno.args[0] ?? "",
      deno: Deno.execPath(),
    };
    await Deno.mkdir(config.run, { recursive: true, mode: 0o700 });
    await Deno.mkdir(config.state, { recursive: true, mode: 0o700 });
    return {
      machines: [
        recoverymgrd({ children: processes, ...intensity, stopMs: 75_000 }),
      ],
      stores: new Map(),
      builtins: { children: children(config, places) },
    };
  }, "none");
}
