/**
 * Stands for the thread of the policy engine: the engine itself, which answers at once; but a CIB with
 * the word for it keeps it busy forever, and then nobody hears of it again.
 *
 * @module
 */
import type { Answer } from "../../../daemons/pengine/core.ts";
import { ok, type SimPluginMaker } from "../sim_plugin.ts";

/** In a description it stands for what cannot be computed, and that no bound foresees. */
export const uncomputable = "cannot be computed";

/** Makes engines that decide so. */
export const engine = (decide: (cib: string, nowS: number) => Answer): SimPluginMaker => () => {
  let busy = false;
  return {
    call(_method, [cib, nowS], answer) {
      busy ||= String(cib).includes(uncomputable);
      if (!busy) answer(ok(decide(String(cib), Number(nowS))));
    },
  };
};
