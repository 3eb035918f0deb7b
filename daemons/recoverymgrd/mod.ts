/**
 * The recovery manager: the parent of a node's daemons. To start a node is to start this.
 *
 * @module
 */
export { recoverymgrd } from "./core.ts";
export type { ChildEvent, RecoveryConfig, RecoveryState } from "./state.ts";

import { processes } from "../site/flags.ts";
import { main } from "../site/main.ts";
import { Accepted } from "./accepted.ts";
import { children } from "./children.ts";
import { intensity, pingsMissedMax, recoverymgrd } from "./core.ts";
import { writeStatus } from "./status_file.ts";

/** Milliseconds that a daemon may take to load its code. */
const startMs = 60_000;

if (import.meta.main) {
  await main("recoverymgrd", async ({ config, text }) => {
    const project = decodeURIComponent(new URL("../..", import.meta.url).pathname);
    const places = { project: project.replace(/\/$/, ""), deno: Deno.execPath() };
    await Deno.mkdir(config.run, { recursive: true, mode: 0o700 });
    await Deno.mkdir(config.state, { recursive: true, mode: 0o700 });
    const accepted = new Accepted(Deno.args[0] ?? "", text, config);
    await accepted.save();
    const pingMs = config.hungMs / pingsMissedMax;
    return {
      machines: [
        recoverymgrd({
          children: processes,
          ...intensity,
          stopMs: 75_000,
          pingMs,
          pingsMissedMax,
          startPingsMax: Math.ceil(startMs / pingMs),
        }),
      ],
      stores: new Map(),
      builtins: {
        children: children(accepted, places, (status) => writeStatus(config.run, status)),
      },
    };
  }, "none");
}
