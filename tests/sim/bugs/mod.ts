/**
 * Planted bugs: each must be found by a checker, or the checkers are worth nothing.
 *
 * @module
 */
import { fair } from "../network.ts";
import type { Bug } from "../scenario.ts";
import { alertsAtOnce, alertsReversed } from "./alerts.ts";
import {
  attributesKept,
  attributesUnsaved,
  dampeningEndless,
  dampeningIgnored,
  mirrorsKept,
  writeLost,
} from "./attributes.ts";
import { shortSignature, uncheckedSignature, unreadablePacking } from "./codecs.ts";
import { fencingUnheard, longWaits, noDeadline, refusalCounts } from "./coordination.ts";
import { damagedDiskLoaded } from "./damaged_disk.ts";
import {
  endlessHistory,
  noBeats,
  noDuplicateSuppression,
  noRetransmission,
  retransmissionStorm,
  unreadableAskedForEver,
  wrongHistory,
} from "./heartbeat.ts";
import { eagerElectorate } from "./electorate.ts";
import {
  demoteAfterStop,
  failedStopHidden,
  hungMonitorAwaited,
  monitorsForgotten,
  notifyLeftOut,
  orderBroken,
  recurringTooOften,
  resumedTwice,
} from "./lrmd.ts";
import {
  delayIgnored,
  fenceFailureIsSuccess,
  fenceTwice,
  halfLevel,
  historyDoubled,
  historyUnshared,
  neverAgain,
  neverHandedOn,
  noEscalation,
  onAtOnce,
  rejoinIgnored,
  requestsUnmerged,
  supplyAfterSupply,
  timeoutIgnored,
  triesUncounted,
  waitForHung,
} from "./stonithd.ts";
import { onForgotten, priorityLost } from "./tengine.ts";
import { anybodyAcknowledges, anybodyPerforms, newestBelieved } from "./lies.ts";
import { oldGeneration } from "./old_generation.ts";
import { staleView } from "./stale_view.ts";
import { startBeforeFence } from "./start_before_fence.ts";
import { hungKept, restartWithoutPause, stopWaits } from "./supervision.ts";

/** A few packets are lost now and then: never all that tell that a node lives. */
const drizzle = { ...fair, loss: 0.03 };

/** By name. */
export const bugs: Readonly<Record<string, Bug>> = {
  /** Nobody waits for the disk. */
  "skipped-fsync": {
    host: { skipFsync: true },
    daemons: "membership",
    transport: "stand-in",
    faults: ["crash", "crash all", "slow disk"],
    breaks: ["MEM1", "MEM2", "MSG2", "RUN1", "RUN2"],
  },
  /** What a machine orders after a save in one step is done before it. */
  "save-overtaken": {
    host: { overtakeSaves: true },
    daemons: "membership",
    transport: "stand-in",
    faults: ["crash"],
    breaks: ["RUN1", "RUN2"],
  },
  /** A timer that is armed again or cancelled fires all the same. */
  "timer-kept": {
    host: { keepTimers: true },
    daemons: "membership",
    transport: "heartbeat",
    faults: ["crash"],
    breaks: ["RUN1"],
  },
  /** A machine is not asked to stop, and its process waits for it without result. */
  "stop-lost": {
    host: { loseStop: true },
    daemons: "membership",
    transport: "stand-in",
    faults: ["graceful stop"],
    breaks: ["RUN4"],
  },
  /** Nobody says that a plugin has failed. */
  "fault-hidden": {
    host: { hideFaults: true },
    daemons: "all",
    transport: "stand-in",
    faults: ["plugin fault"],
    breaks: ["RUN3"],
  },
  /** A plugin that was given back is still there when the next of its name comes. */
  "plugin-kept": {
    host: { keepPlugins: true },
    daemons: "all",
    transport: "heartbeat",
    seed: 4,
    nodes: 3,
    soonS: 40,
    faults: ["plugin fault"],
    breaks: ["RUN5"],
  },
  /** What ends is started at once, however often. */
  "restart-without-pause": {
    replace: restartWithoutPause,
    daemons: "membership",
    transport: "stand-in",
    faults: ["kill process"],
    nodes: 2,
    breaks: ["SUP1"],
  },
  /** A daemon that hangs is left alone by its parent. */
  "hung-kept": {
    replace: hungKept,
    daemons: "all",
    transport: "stand-in",
    faults: ["hang"],
    nodes: 2,
    breaks: ["SUP2"],
  },
  /** A node that has lost the others waits for them before it ends. */
  "stop-waits": {
    replace: stopWaits,
    daemons: "all",
    transport: "stand-in",
    seed: 5,
    faults: ["stop all"],
    nodes: 3,
    breaks: ["SUP3"],
  },
  /** A node counts as off as soon as somebody wants it off. */
  "start-before-fence": {
    replace: startBeforeFence,
    daemons: "all",
    transport: "stand-in",
    seed: 7,
    faults: ["crash", "partition", "pause"],
    soonS: 70,
    breaks: ["FEN8", "RSC1", "RSC2"],
  },
  /** Whatever view is committed is taken up. */
  "stale-view": {
    replace: staleView,
    daemons: "membership",
    transport: "stand-in",
    seed: 6,
    faults: ["crash", "kill process", "partition"],
    breaks: ["MEM0", "MEM1", "MEM2"],
  },
  /** Two of five are taken for a majority. */
  "quorum-off-by-one": {
    quorum: [{
      decide: ({ members, nodes }) => members.length * 2 >= nodes.length - 1 ? "yes" : "no",
    }],
    daemons: "membership",
    transport: "stand-in",
    faults: ["crash", "partition"],
    breaks: ["MEM3"],
  },
  /** A change is counted without quorum among those who counted before. */
  "eager-electorate": {
    replace: eagerElectorate,
    later: 3,
    nodes: 3,
    daemons: "membership",
    transport: "stand-in",
    faults: ["crash", "partition"],
    breaks: ["MEM3", "LIVE"],
  },
  /** A packet of a life that is over makes it the present one. */
  "old-generation": {
    replace: oldGeneration,
    daemons: "membership",
    transport: "heartbeat",
    seed: 9,
    faults: ["crash", "replay"],
    breaks: ["MSG1", "MSG2"],
  },
  /** What was lost is never sent again. */
  "no-retransmission": {
    replace: noRetransmission,
    daemons: "membership",
    transport: "heartbeat",
    weather: drizzle,
    faults: ["clock"],
    breaks: ["MEM7", "MSG1", "MSG3"],
  },
  /** Who asks for a packet again gets another one. */
  "wrong-history": {
    replace: wrongHistory,
    daemons: "membership",
    transport: "heartbeat",
    weather: drizzle,
    faults: ["clock"],
    breaks: ["MEM7", "MSG1", "MSG3"],
  },
  /** The history forgets nothing. */
  "endless-history": {
    replace: endlessHistory,
    daemons: "membership",
    transport: "heartbeat",
    seed: 5,
    faults: ["clock"],
    keepaliveMs: 200,
    breaks: ["MSG4"],
  },
  /** What comes twice is handed on twice. */
  "no-duplicate-suppression": {
    replace: noDuplicateSuppression,
    daemons: "membership",
    transport: "heartbeat",
    faults: ["weather"],
    breaks: ["MSG1"],
  },
  /** What was lost is sent again, and again. */
  "retransmission-storm": {
    replace: retransmissionStorm,
    daemons: "membership",
    transport: "heartbeat",
    faults: ["weather", "partition"],
    breaks: ["MSG3"],
  },
  /** One digit of a signature is enough. */
  "short-signature": {
    codecs: shortSignature,
    signing: "sha1",
    daemons: "membership",
    transport: "heartbeat",
    faults: ["forge"],
    breaks: ["MSG2"],
  },
  /** Nobody looks at signatures. */
  "unchecked-signature": {
    codecs: uncheckedSignature,
    signing: "sha1",
    daemons: "membership",
    transport: "heartbeat",
    faults: ["forge"],
    breaks: ["MSG2"],
  },
  /** A flooded node gets only as many heartbeats as others. */
  "no-beats": {
    replace: noBeats,
    daemons: "membership",
    transport: "heartbeat",
    seed: 2,
    faults: ["flood"],
    breaks: ["MEM7", "MSG1"],
  },
  /** A packing that nobody can read is sent again and again. */
  "unreadable-for-ever": {
    replace: unreadableAskedForEver,
    codecs: unreadablePacking,
    daemons: "membership",
    transport: "heartbeat",
    faults: ["clock"],
    nodes: 3,
    breaks: ["MSG1", "MSG3", "MSG4", "LIVE"],
  },
  /** Digests on disk are not looked at. */
  "damaged-disk-loaded": {
    replace: damagedDiskLoaded,
    daemons: "all",
    transport: "stand-in",
    faults: ["damage"],
    soonS: 60,
    breaks: ["CIB1", "CIB5"],
  },
  /** What comes from other processes and nodes is not looked at: a malformed message. */
  "open-door-malformed": {
    host: { openDoor: true },
    daemons: "all",
    transport: "stand-in",
    faults: ["clock"],
    insider: ["malformed message"],
    breaks: ["NOTHROW"],
  },
  /** The same: a message of somebody who may not say it. */
  "open-door-misdirected": {
    host: { openDoor: true },
    daemons: "all",
    transport: "stand-in",
    seed: 14,
    faults: ["clock"],
    insider: ["misdirected message"],
    // Somebody is believed who is not who it says: that is MSG2, where nothing worse comes first.
    breaks: ["MSG1", "MSG2", "RSC1", "RSC2", "MEM0", "MEM1", "MEM2", "MEM3", "NOTHROW"],
  },
  /** A service starts before what it is ordered after. */
  "order-broken": {
    replace: orderBroken,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash"],
    breaks: ["RSC3"],
  },
  /** A stop that failed is reported as successful. */
  "failed-stop-hidden": {
    replace: failedStopHidden,
    daemons: "all",
    transport: "stand-in",
    seed: 1,
    nodes: 3,
    soonS: 80,
    faults: ["agent"],
    breaks: ["RSC1", "RSC3", "RSC4"],
  },
  /** A monitor runs twice as often as it should. */
  "recurring-too-often": {
    replace: recurringTooOften,
    daemons: "all",
    transport: "stand-in",
    faults: ["clock"],
    breaks: ["RSC5"],
  },
  /** A monitor that hangs holds up the stop of its resource. */
  "hung-monitor-awaited": {
    replace: hungMonitorAwaited,
    daemons: "all",
    transport: "stand-in",
    faults: ["agent", "resource dies"],
    nodes: 3,
    seed: 6,
    soonS: 100,
    breaks: ["RSC7"],
  },
  /** After the death of a local resource manager, nothing is watched any more. */
  "monitors-forgotten": {
    replace: monitorsForgotten,
    daemons: "all",
    transport: "stand-in",
    faults: ["kill process"],
    nodes: 3,
    breaks: ["RSC5"],
  },
  /** After it, everything is watched twice. */
  "monitor-resumed-twice": {
    replace: resumedTwice,
    daemons: "all",
    transport: "stand-in",
    faults: ["kill process"],
    nodes: 3,
    breaks: ["RSC5"],
  },
  /** Nobody is notified before a promotion, a demotion or a stop. */
  "notify-left-out": {
    replace: notifyLeftOut,
    daemons: "all",
    transport: "stand-in",
    faults: ["resource dies"],
    nodes: 3,
    breaks: ["RSC9"],
  },
  /** A promoted instance is stopped at once, whatever has to come before. */
  "demote-after-stop": {
    replace: demoteAfterStop,
    daemons: "all",
    transport: "stand-in",
    faults: ["graceful stop"],
    nodes: 3,
    breaks: ["RSC8", "RSC9"],
  },
  /** Of the alerts that wait for a recipient, the last one is sent first. */
  "alerts-reversed": {
    replace: alertsReversed,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash"],
    soonS: 120,
    breaks: ["ALERT1"],
  },
  /** The next alert for a recipient does not wait for the one before. */
  "alerts-at-once": {
    replace: alertsAtOnce,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash"],
    soonS: 120,
    breaks: ["ALERT2"],
  },
  /** Every fencing device is asked twice. */
  "fence-twice": {
    replace: fenceTwice,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash", "partition"],
    breaks: ["FEN3"],
  },
  /** Equal requests for a fencing are not merged: each has its own execution. */
  "requests-unmerged": {
    replace: requestsUnmerged,
    daemons: "all",
    transport: "stand-in",
    seed: 3,
    faults: ["fence by hand"],
    faultEveryMs: 2_000,
    nodes: 3,
    breaks: ["FEN3"],
  },
  /** A device that fails is believed to have confirmed. */
  "fence-failure-is-success": {
    replace: fenceFailureIsSuccess,
    daemons: "all",
    transport: "stand-in",
    seed: 5,
    nodes: 3,
    faults: ["fence mode", "pause"],
    breaks: ["FEN8", "RSC1", "RSC2", "RSC4"],
  },
  /** When one device has failed, no other is asked. */
  "no-escalation": {
    replace: noEscalation,
    daemons: "all",
    transport: "stand-in",
    seed: 10,
    faults: ["fence mode", "crash", "partition"],
    breaks: ["FEN2"],
  },
  /** An agent that refuses its parameters has nodes fenced, though nothing was ever started. */
  "refusal-counts": {
    replace: refusalCounts,
    daemons: "all",
    transport: "stand-in",
    seed: 5,
    faults: ["wrong parameter"],
    nodes: 3,
    // It shows where nothing else has happened for a while.
    faultEveryMs: 40_000,
    soonS: 150,
    breaks: ["FEN6"],
  },
  /** A computation that never ends keeps the engine busy forever. */
  "no-deadline": {
    replace: noDeadline,
    daemons: "all",
    transport: "stand-in",
    faults: ["hanging engine", "crash"],
    nodes: 3,
    breaks: ["LIVE"],
  },
  /** A time of the CIB is taken as it is written. */
  "long-waits": {
    replace: longWaits,
    daemons: "all",
    transport: "stand-in",
    seed: 3,
    nodes: 3,
    faults: ["huge value"],
    breaks: ["TIME1"],
  },
  /** What one node's device did is done again for another asker. */
  "fencing-unheard": {
    replace: fencingUnheard,
    daemons: "all",
    transport: "stand-in",
    seed: 7,
    nodes: 3,
    faults: ["fence by hand"],
    // Who does not hear what is asked of it may also find no device that is there.
    breaks: ["FEN2", "FEN3", "FEN7"],
  },
  /** A node that is back in a new life is ended for what became of the old one. */
  "rejoin-ignored": {
    replace: rejoinIgnored,
    daemons: "all",
    transport: "stand-in",
    seed: 4,
    faults: ["fence mode", "crash"],
    soonS: 100,
    nodes: 3,
    // What nobody calls off may also be carried out twice.
    breaks: ["FEN3", "FEN4"],
  },
  /** A timer that the platform cannot hold fires at once. */
  "short-timers": {
    host: { shortTimers: true },
    long: true,
    daemons: "all",
    transport: "stand-in",
    faults: ["clock"],
    breaks: ["RSC5"],
  },
  /** A stonithd that hangs is waited for as long as the request lasts. */
  "hung-waited-for": {
    replace: waitForHung,
    daemons: "all",
    transport: "stand-in",
    seed: 6,
    faults: ["hang", "fence mode", "partition", "hang", "crash"],
    soonS: 180,
    breaks: ["FEN5"],
  },
  /** A fencing device confirms a death by finding nothing. */
  "nothing-is-proof": {
    host: { believeNothing: true },
    daemons: "all",
    transport: "stand-in",
    seed: 8,
    faults: ["fence mode", "pause"],
    nodes: 3,
    soonS: 60,
    breaks: ["FEN8", "RSC1", "RSC2", "RSC4", "RSC8"],
  },
  /** Attributes of a node that left or was fenced stay in the CIB. */
  "attributes-kept": {
    replace: attributesKept,
    daemons: "all",
    transport: "stand-in",
    nodes: 3,
    seed: 14,
    faults: ["graceful stop", "crash"],
    faultEveryMs: 20_000,
    soonS: 40,
    breaks: ["ATT3"],
  },
  /** A node answers with attributes of a node that has left. */
  "mirrors-kept": {
    replace: mirrorsKept,
    daemons: "all",
    transport: "stand-in",
    nodes: 3,
    seed: 1,
    faults: ["graceful stop", "crash"],
    faultEveryMs: 20_000,
    soonS: 40,
    breaks: ["ATT3"],
  },
  /** An attribute that is dampened is written at once. */
  "dampening-ignored": {
    replace: dampeningIgnored,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash"],
    soonS: 120,
    breaks: ["ATT4"],
  },
  /** An attribute that is dampened is never written. */
  "dampening-endless": {
    replace: dampeningEndless,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash"],
    breaks: ["ATT2"],
  },
  /** A write of attributes is lost when the coordinator changes. */
  "attributes-lost": {
    replace: writeLost,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash", "partition", "kill process"],
    breaks: ["ATT2"],
  },
  /** A change is acknowledged before it is on disk. */
  "attributes-unsaved": {
    replace: attributesUnsaved,
    daemons: "all",
    transport: "stand-in",
    faults: ["kill process"],
    breaks: ["ATT1", "ATT2"],
  },
  /** A member that claims a newer CIB is believed against all others. */
  "newest-believed": {
    replace: newestBelieved,
    daemons: "all",
    transport: "stand-in",
    seed: 5,
    faults: ["crash", "kill process"],
    soonS: 90,
    lies: ["newer copy"],
    breaks: ["CIB1", "CIB2", "CIB3"],
  },
  /** A member's word is enough to acknowledge a write. */
  "anybody-acknowledges": {
    replace: anybodyAcknowledges,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash", "kill process", "partition"],
    lies: ["acknowledgement of nobody"],
    breaks: ["CIB3", "CIB4", "CIB1"],
  },
  /** A member's word is enough for what another was ordered. */
  "anybody-performs": {
    replace: anybodyPerforms,
    daemons: "all",
    transport: "stand-in",
    faults: ["resource dies", "graceful stop", "agent"],
    lies: ["result of another"],
    seed: 13,
    nodes: 3,
    soonS: 40,
    breaks: ["RSC1", "RSC3", "RSC8", "RSC9"],
  },
  /** A reboot by two power supplies switches one off and on, and then the other. */
  "supply-after-supply": {
    replace: supplyAfterSupply,
    daemons: "all",
    transport: "stand-in",
    fencing: "supplies",
    faults: ["crash", "partition", "pause"],
    nodes: 3,
    breaks: ["FEN8", "RSC1", "RSC2"],
  },
  /** One device of a level is enough. */
  "half-level": {
    replace: halfLevel,
    daemons: "all",
    transport: "stand-in",
    fencing: "supplies",
    faults: ["crash", "partition", "pause"],
    nodes: 3,
    seed: 1,
    soonS: 40,
    breaks: ["FEN8", "RSC1", "RSC2"],
  },
  /** Nobody waits for the delay of a device. */
  "delay-ignored": {
    replace: delayIgnored,
    daemons: "all",
    transport: "stand-in",
    fencing: "delays",
    faults: ["crash", "partition"],
    nodes: 3,
    seed: 2,
    soonS: 40,
    breaks: ["FEN9"],
  },
  /** A device is tried without an end. */
  "tries-uncounted": {
    replace: triesUncounted,
    daemons: "all",
    transport: "stand-in",
    fencing: "delays",
    faults: ["crash", "lying device"],
    nodes: 3,
    seed: 9,
    soonS: 40,
    breaks: ["FEN10"],
  },
  /** A device is tried once, whatever is configured. */
  "never-again": {
    replace: neverAgain,
    daemons: "all",
    transport: "stand-in",
    fencing: "delays",
    faults: ["crash", "lying device"],
    nodes: 3,
    seed: 9,
    soonS: 40,
    breaks: ["FEN10"],
  },
  /** A device has more time than it may have. */
  "timeout-ignored": {
    replace: timeoutIgnored,
    daemons: "all",
    transport: "stand-in",
    fencing: "delays",
    faults: ["crash"],
    nodes: 3,
    seed: 5,
    soonS: 40,
    breaks: ["FEN10"],
  },
  /** A node that cannot reach the device asks nobody. */
  "never-handed-on": {
    replace: neverHandedOn,
    daemons: "all",
    transport: "stand-in",
    fencing: "reach",
    faults: ["crash"],
    seed: 15,
    breaks: ["FEN11", "LIVE"],
  },
  /** A node counts as switched on before it is. */
  "on-at-once": {
    replace: onAtOnce,
    daemons: "all",
    transport: "stand-in",
    fencing: "unfencing",
    faults: ["crash"],
    nodes: 3,
    breaks: ["FEN12"],
  },
  /** A node is switched on again and again. */
  "on-forgotten": {
    replace: onForgotten,
    daemons: "all",
    transport: "stand-in",
    fencing: "unfencing",
    faults: ["crash"],
    nodes: 3,
    breaks: ["FEN12", "FEN6"],
  },
  /** Each node remembers its own fencings alone. */
  "history-unshared": {
    replace: historyUnshared,
    daemons: "all",
    transport: "stand-in",
    fencing: "one device",
    faults: ["crash"],
    nodes: 3,
    breaks: ["FEN15", "FEN7"],
  },
  /** A fencing that is heard of twice is two. */
  "history-doubled": {
    replace: historyDoubled,
    daemons: "all",
    transport: "stand-in",
    fencing: "one device",
    faults: ["crash"],
    nodes: 3,
    breaks: ["FEN15"],
  },
  /** The delay of the more important node is lost on its way. */
  "priority-lost": {
    replace: priorityLost,
    daemons: "all",
    transport: "stand-in",
    fencing: "halves",
    faults: ["partition"],
    nodes: 2,
    breaks: ["FEN13"],
  },
};
