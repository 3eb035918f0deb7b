/**
 * All faults of the nemesis, by name.
 *
 * @module
 */
import { clockRate, wallClock } from "./clocks.ts";
import { fenceByHand, hangingEngine, hugeValue, wrongParameter } from "./configuration.ts";
import { damage, fullDisk, slowDisk } from "./disks.ts";
import { flood, forge, loss, partition, replay, weather } from "./links.ts";
import {
  crashAll,
  crashOne,
  gracefulStop,
  hang,
  killParent,
  killProcess,
  overload,
  pause,
  shortPause,
  stopAll,
} from "./power.ts";
import type { Break } from "./scene.ts";
import { agentTrouble, fenceMode, lyingDevice, pluginFault, resourceDies } from "./services.ts";

/** In an order that histories depend on: a new one goes to the end. */
export const breaks = {
  "crash": crashOne,
  "crash all": crashAll,
  "kill process": killProcess,
  "pause": pause,
  "partition": partition,
  "weather": weather,
  "clock": clockRate,
  "slow disk": slowDisk,
  "fence mode": fenceMode,
  "resource dies": resourceDies,
  "agent": agentTrouble,
  "graceful stop": gracefulStop,
  "replay": replay,
  "forge": forge,
  "wall clock": wallClock,
  "damage": damage,
  "full disk": fullDisk,
  "plugin fault": pluginFault,
  "hang": hang,
  "flood": flood,
  "wrong parameter": wrongParameter,
  "huge value": hugeValue,
  "fence by hand": fenceByHand,
  "hanging engine": hangingEngine,
  "kill parent": killParent,
  "stop all": stopAll,
  "lying device": lyingDevice,
  "short pause": shortPause,
  "overload": overload,
  "loss": loss,
} as const satisfies Readonly<Record<string, Break>>;

/** One of them. */
export type Fault = keyof typeof breaks;

/**
 * All that may come in any run. Asked for by name are a hanging engine, which delays a decision by a
 * minute or more, so that what is judged in still times comes too late; fencing by hand, which may
 * come twice where nobody has seen the target in a view; the end of all nodes, after which nothing
 * is left to be judged for a minute; and what belongs to worlds made for fencing (`fencing_test.ts`).
 */
export const faults = (Object.keys(breaks) as readonly Fault[])
  .filter((fault) =>
    ![
      "hanging engine",
      "fence by hand",
      "stop all",
      "lying device",
      "short pause",
      "overload",
      "loss",
    ].includes(fault)
  );
