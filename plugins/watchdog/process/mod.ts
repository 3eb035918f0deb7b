/**
 * Kills a process that hangs, from outside of it.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Watchdog, WatchdogEvent } from "../../handler/watchdog/contract.ts";
import { guardedBy } from "../../handler/watchdog/guard.ts";
import type manifest from "./manifest.ts";

const process: Plugin<typeof manifest, Watchdog, WatchdogEvent> = ({ pid, timeoutMs }, host) =>
  guardedBy(
    {
      begin: ":",
      pet: ":",
      bite: 'kill -9 "$2"',
      disarm: ":",
      // The petting process has ended: there is nothing left that could hang.
      orphan: ":",
    },
    timeoutMs,
    [String(pid)],
    host,
  );
export default process;
