/**
 * The simulated plugins of a world, by `kind/name`, or `kind/*` for all of a kind.
 *
 * @module
 */
import { decide } from "../../../daemons/pengine/decide.ts";
import type { SimPluginMaker } from "../sim_plugin.ts";
import { children } from "./children.ts";
import { engine } from "./engine.ts";
import { medium } from "./medium.ts";
import { notifier } from "./notifier.ts";
import { ra } from "./ra.ts";
import { stonith } from "./stonith.ts";
import { wire } from "./wire.ts";

/** All of them. */
export const simPlugins: Readonly<Record<string, SimPluginMaker>> = {
  children,
  engine: engine(decide),
  "medium/*": medium,
  "notifier/*": notifier,
  "ra/*": ra,
  "sim/wire": wire,
  "stonith/*": stonith,
};
