/**
 * A plugin that is not there is loaded again after a pause, which doubles while one of them fails and
 * fails again.
 *
 * @module
 */
import { pauseMs } from "../../metadata/pause.ts";
import { reloadMs, reloadMsMax } from "./config.ts";
import { armOnce, type Turn } from "./state.ts";

/** Something cannot be loaded, or was given up. */
export function reloadLater(turn: Turn): void {
  const { state: { armed, reload }, at } = turn;
  if (armed.has("reload")) return;
  // After so long without a failure, counting starts again.
  if (at - reload.lastAt > 2 * reloadMsMax) reload.failed = 0;
  reload.lastAt = at;
  armOnce(turn, "reload", pauseMs(reload.failed++, reloadMs, reloadMsMax));
}
