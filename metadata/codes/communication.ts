/**
 * Error codes of heartbeat: links, packets, nodes that it hears, the watchdog.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

const status = "ha status";

/** HA5xxx. */
export const communicationCodes = {
  HA5001: {
    title: "Packets with a wrong signature are rejected",
    meaning:
      "The packets are not signed with a key of this node's authkeys. Their sender is not heard.",
    causes: ["authkeys differ between nodes", "another cluster or program uses this port"],
    fix: "Copy authkeys to every node, then send HUP to heartbeat.",
    command: status,
  },
  HA5002: {
    title: "Packets cannot be read",
    meaning: "The packets are too large, or not in the encoding that this node uses.",
    causes: ["another encoding on the other node", "another program uses this port"],
    fix: "Use the same encoding on every node, or give the cluster its own port.",
    command: status,
  },
  HA5003: {
    title: "A node outside of the list is not heard",
    meaning: "The packets are authentic, but the list of nodes does not contain their sender.",
    causes: ["a new node was not added here", "a node was renamed"],
    fix: "Add the node to the cluster, or stop it.",
    command: "ha heartbeat add NODE",
  },
  HA5004: {
    title: "Packets of another life of a node are rejected",
    meaning:
      "A node counts its starts. These packets are from an earlier start, or from one that this node " +
      "cannot accept. They may be recorded and sent again.",
    causes: ["the clock and the state of the node were reset", "a disk was restored", "a replay"],
    fix: "Wait until the node is declared dead. If it persists, follow the fix of the message.",
    command: status,
  },
  HA5005: {
    title: "Packets of another cluster are rejected",
    meaning: "The packets name another cluster than the configuration of this node.",
    causes: ["two clusters share a network and the keys", "the cluster was renamed on some nodes"],
    fix: "Give each cluster its own name, keys and port.",
    command: status,
  },
  HA5006: {
    title: "Two nodes have the same name or UUID",
    meaning: "Two machines claim to be the same node. Only one of them can take part.",
    causes: ["a disk or virtual machine was copied", "a name was used twice"],
    fix: "Stop one, give it its own name, and empty its state folder.",
    command: status,
  },
  HA5007: {
    title: "A flood of packets",
    meaning:
      "So many packets arrive that heartbeat drops some unread. Heartbeats of other nodes can be lost.",
    causes: ["an attack", "a loop in the network", "a program that sends to the wrong port"],
    fix: "Block the sender in the firewall.",
    command: status,
  },
  HA5008: {
    title: "A link is dead",
    meaning: "Nothing arrived by this link for the deadtime. The others are still in use.",
    causes: ["an unplugged cable", "a failed switch or interface", "a firewall"],
    fix: "Check the interface, the cable, the switch and the firewall.",
    command: status,
  },
  HA5009: {
    title: "A link cannot be opened or has failed",
    meaning: "The medium of this link reports an error. heartbeat tries it again.",
    causes: [
      "the interface or address does not exist",
      "the port is in use",
      "a missing permission",
    ],
    fix: "Compare the link's configuration with the addresses of this machine.",
    command: "ip address",
  },
  HA5010: {
    title: "Packets of full size do not pass",
    meaning: "Small packets pass a link, large ones do not. Messages are sent in smaller parts.",
    causes: ["different MTU on interfaces or switches"],
    fix: "Give all interfaces and switches of a link the same MTU, then start this node again.",
    command: "ip link",
  },
  HA5011: {
    title: "Messages between nodes are lost",
    meaning:
      "A message that was to arrive in order is gone for good. The services start their agreement " +
      "again.",
    causes: ["a very bad network", "rejected packets", "different versions on the nodes"],
    fix: "Look for rejected packets in the status, and run the same version on every node.",
    command: status,
  },
  HA5012: {
    title: "Two nodes share no protocol version",
    meaning:
      "The versions that both nodes speak do not overlap, or one of them announces none. No message " +
      "passes between them.",
    causes: ["an upgrade that skipped a version", "a node from before versions were announced"],
    fix: "Upgrade one of them, one version at a time, until both share a version.",
    command: status,
  },
  HA5013: {
    title: "Messages are no longer compressed",
    meaning: "Compression failed, so messages are sent as they are. They need more packets.",
    causes: ["the nodes use different compression plugins", "a broken plugin"],
    fix: "Choose another packing, and run the same version on every node.",
    command: status,
  },
  HA5014: {
    title: "Times of the nodes do not fit",
    meaning:
      "A node declares others dead much sooner or later than this one. It can then be fenced while it " +
      "is still in use.",
    causes: ["a different deadtime in the configurations"],
    fix: "Use the same deadtime on every node.",
  },
  HA5015: {
    title: "Heartbeats are late",
    meaning: "A node was silent for longer than the warntime, but not as long as the deadtime.",
    causes: ["an overloaded machine or network", "a deadtime that is too short"],
    fix: "Reduce the load, or set a longer deadtime.",
    command: status,
  },
  HA5016: {
    title: "The watchdog does not watch this node",
    meaning:
      "The watchdog device is not armed, or cannot be disarmed. In the first case a frozen node is not " +
      "reset; in the second it may be reset at any time.",
    causes: ["no driver is loaded", "another program has opened the device"],
    fix: "Load the driver, and stop the other program.",
    command: "modprobe softdog",
  },
  HA5017: {
    title: "heartbeat has no real-time priority",
    meaning:
      "heartbeat asked for real-time priority or locked memory and did not get it. Under load its " +
      "heartbeats may be late.",
    causes: ["the limits of the service do not allow it"],
    fix: "Set LimitRTPRIO and LimitMEMLOCK of the service.",
  },
  HA5018: {
    title: "The saved list of nodes cannot be used",
    meaning: "Nodes that were added or removed at run time are unknown: the configuration applies.",
    causes: ["a damaged file in the state folder"],
    fix: "Repeat the changes.",
    command: "ha heartbeat add NODE",
  },
  HA5019: {
    title: "The local API cannot be served",
    meaning: "heartbeat cannot open its socket for local clients.",
    causes: ["the original heartbeat or another node uses the same run folder"],
    fix: "Stop that process, or give this node its own run folder.",
  },
  HA5030: {
    title: "A clock is wrong",
    meaning:
      "The clock of this machine is not synchronized, or differs from that of another node. Rules with " +
      "dates, times of failures and logs are then not comparable. Membership does not depend on it.",
    causes: ["no time service runs", "the time service reaches no server"],
    fix: "Start a time service, such as systemd-timesyncd or chrony, on every node.",
    command: "timedatectl",
  },
  HA5031: {
    title: "Nodes have different versions",
    meaning:
      "Another node speaks other protocol versions. They work together as long as they share one, and " +
      "the cluster uses the older one.",
    causes: ["a rolling upgrade was not finished"],
    fix: "Install the same version on every node.",
    command: "ha status --json",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
