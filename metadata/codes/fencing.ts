/**
 * Error codes of fencing.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

/** HA8xxx. */
export const fencingCodes = {
  HA8001: {
    title: "A node could not be fenced",
    meaning:
      "No device confirmed that the node is off. Its resources are not started elsewhere, because it " +
      "may still run them.",
    causes: ["the device is unreachable", "wrong credentials", "no device can fence this node"],
    fix:
      "Repair the device or its configuration. If you have switched the node off by hand, confirm that.",
    command: "ha fence confirm NODE",
  },
  HA8002: {
    title: "A fencing device cannot be used",
    meaning: "The device's plugin or its parameters are not usable. The device is not asked.",
    causes: ["wrong parameters", "the plugin is not in the lock", "a missing fence agent"],
    fix: "Correct the device in the CIB, or approve its plugin.",
    command: "ha plugin describe stonith/NAME",
  },
  HA8003: {
    title: "A resource is held because it caused a fencing loop",
    meaning:
      "Several nodes in a row were fenced because of the same resource. Its failures now block it and " +
      "fence no further node.",
    causes: ["a stop that always fails", "a broken agent or configuration"],
    fix: "Correct the configuration or the agent. Any change of its configuration ends the hold.",
    command: "ha why RESOURCE",
  },
  HA8004: {
    title: "A fencing device did not succeed",
    meaning: "One device failed or did not answer. The next one is asked, if there is one.",
    causes: ["the device is unreachable or slow", "a wrong outlet or credential"],
    fix: "Test the device by hand with the same parameters.",
  },
  HA8005: {
    title: "The fencing devices cannot be read from the CIB",
    meaning: "The part of the CIB about fencing is not usable. The previous devices stay in use.",
    causes: ["a change of the configuration that the check did not notice"],
    fix: "Take back the last change of the fencing devices.",
    command: "ha configure verify FILE",
  },
  HA8006: {
    title: "A process-killing device finds nothing to kill",
    meaning:
      "The device stonith/process fences nodes on one machine for tests. It has never seen the " +
      "processes of this node, so it cannot confirm that they are gone.",
    causes: ["cluster or hostlist is wrong", "the node never ran on this machine"],
    fix: "Check cluster and hostlist of the device.",
  },
  HA8007: {
    title: "A fenced node is a member all the same",
    meaning:
      "A device confirmed that the node is off, but the other nodes still hear it. Its resources are " +
      "not started elsewhere, because it may still run them. It is fenced again if that is needed.",
    causes: [
      "the device switches another machine or outlet",
      "the device confirms what it has not done",
    ],
    fix: "Test the device by hand, and check which machine it switches.",
    command: "ha why NODE",
  },
  HA8008: {
    title: "A confirmation by hand is refused",
    meaning: "The node still runs, or this node is not the one to confirm it.",
    causes: ["the node is a member", "the command runs on the node itself", "no cluster here"],
    fix:
      "Switch the node off and wait until it has left the membership; then confirm it elsewhere.",
    command: "ha status",
  },
  HA8020: {
    title: "Fencing is disabled, or has no device",
    meaning:
      "A node that is lost cannot be stopped by force. What it runs is either not recovered, or started " +
      "a second time while it still runs, which destroys data.",
    causes: ["fencing-enabled is false", "no fencing device is configured"],
    fix: "Configure a device for every node, and enable fencing.",
    command: "ha fence devices",
  },
  HA8021: {
    title: "No working device covers a node",
    meaning: "No device that works now can fence the node. If it is lost, its services stay down.",
    causes: ["the list of a device does not name the node", "the device does not answer"],
    fix: "Configure a device for the node, or repair it.",
    command: "ha fence test",
  },
  HA8022: {
    title: "Fencing was never tried",
    meaning:
      "No node remembers a fencing that succeeded. A device that answers can still be wired to the " +
      "wrong machine.",
    causes: ["a new cluster", "all nodes were restarted since the last fencing"],
    fix: "Fence each node once while that is harmless.",
    command: "ha fence NODE",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
