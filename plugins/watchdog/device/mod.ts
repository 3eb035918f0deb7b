/**
 * The kernel's watchdog device. A shell holds it open and feeds it for each pet; when the pets stay
 * away, or the daemon dies, it is not fed any more and the hardware resets the node after its own
 * timeout. Disarming writes the `V` that tells the driver that it is closed on purpose.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Watchdog, WatchdogEvent } from "../../handler/watchdog/contract.ts";
import { guardedBy } from "../../handler/watchdog/guard.ts";
import type manifest from "./manifest.ts";

const device: Plugin<typeof manifest, Watchdog, WatchdogEvent> = (
  { device, timeoutMs, holdS },
  host,
) =>
  guardedBy(
    {
      // The shell would make a file where no device is, and nothing would ever bite.
      begin: '[ -e "$2" ] && ! [ -f "$2" ] || exit 66; exec 3> "$2"; printf . >&3',
      pet: "printf . >&3",
      // Held open and not fed, until it is disarmed or the daemon ends.
      bite: `while :; do
      said=$(dd bs=4096 count=1 2>/dev/null)
      case "$said" in *d*) printf V >&3; exit 0;; "") sleep "$3"; exit 0;; esac
    done`,
      disarm: "printf V >&3",
      // To close it at once would be taken for an orderly end by some drivers.
      orphan: 'sleep "$3"',
      ends: {
        66: `${device} is not a device: load the watchdog's driver, or correct the name`,
        // A shell that cannot open it ends by itself.
        2: `${device} cannot be opened: another program has it, or its mode does not let us`,
      },
    },
    timeoutMs,
    [device, String(holdS)],
    host,
  );
export default device;
