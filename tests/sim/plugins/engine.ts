/**
 * Stands for the thread of the policy engine: the engine itself, which answers at once, or never.
 *
 * @module
 */
import type { Answer } from "../../../daemons/pengine/core.ts";
import { ok, type SimPluginMaker } from "../sim_plugin.ts";

/** An engine that computes for ever. */
export const hangs = Symbol("hangs");

/** Makes engines that decide so. */
export const engine =
  (decide: (cib: string, nowS: number) => Answer | typeof hangs): SimPluginMaker => () => ({
    call(_method, [cib, nowS], answer) {
      const decided = decide(String(cib), Number(nowS));
      if (decided !== hangs) answer(ok(decided));
    },
  });
