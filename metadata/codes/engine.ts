/**
 * Error codes of the policy engine.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

/** HA4xxx. */
export const engineCodes = {
  HA4001: {
    title: "The configuration exceeds a bound of the policy engine",
    meaning:
      "The number of nodes, resources, instances or constraints is larger than what the engine can " +
      "compute in its time. The write is rejected.",
    causes: ["a clone with a huge clone-max", "generated constraints for each pair of resources"],
    fix: "Reduce the number that the message names.",
    command: "ha configure verify FILE",
  },
  HA4002: {
    title: "The newest configuration cannot be decided",
    meaning:
      "The engine failed or took too long with this configuration. The cluster uses an earlier one for " +
      "decisions about failures, if there is one.",
    causes: ["a change with very many constraints or rules", "a bug in the engine"],
    fix: "Take back the last change of the configuration.",
    command: "ha status",
  },
  HA4003: {
    title: "A part of the CIB cannot be used as it is written",
    meaning:
      "The CIB is valid, but the engine ignores a part of it or uses it differently. Resources may run " +
      "elsewhere than intended.",
    causes: ["a constraint with an unknown resource", "a group without members", "an order loop"],
    fix: "Correct the element that the message names.",
    command: "ha configure verify FILE",
  },
  HA4004: {
    title: "The policy engine was restarted",
    meaning: "The engine gave no answer, so its process was ended. Another attempt follows.",
    causes: ["a configuration that takes too long", "an overloaded machine", "a bug in the engine"],
    fix: "If this repeats, take back the last change and report the configuration.",
    command: "ha status",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
