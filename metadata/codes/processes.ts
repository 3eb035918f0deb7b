/**
 * Error codes of the processes of a node, their sockets and their disk.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

const status = "ha status";

/** HA9xxx. */
export const processCodes = {
  HA9001: {
    title: "This node is running already",
    meaning: "Another process holds the state folder or the run folder of this node.",
    causes: ["the node was started twice", "two nodes of one machine share a folder"],
    fix: "Stop that node first, or give this one its own state folder and run folder.",
    command: status,
  },
  HA9002: {
    title: "The state cannot be written or read",
    meaning:
      "A daemon cannot store its state. It ends and is tried again, since it may not promise what a " +
      "crash could take back. Journals are only written later: no daemon ends for them.",
    causes: ["a full disk", "a read-only file system", "a wrong owner of the folder"],
    fix: "Make room, and see that the daemons' user may write the folder.",
    command: "df -h FOLDER",
  },
  HA9003: {
    title: "The disk is slow",
    meaning: "A value is not on disk after many seconds. The daemon waits and then ends.",
    causes: ["a failing disk", "a network file system that hangs", "heavy load"],
    fix: "Check the disk.",
    command: "dmesg",
  },
  HA9004: {
    title: "A daemon hangs",
    meaning: "A daemon answered nothing for its bound of time. It is killed and restarted.",
    causes: ["an overloaded machine", "a bug"],
    fix: "If it repeats, reduce the load or report the log.",
    command: status,
  },
  HA9005: {
    title: "A daemon ended and is restarted",
    meaning: "A daemon ended unexpectedly. The recovery manager restarts it within a bound.",
    causes: ["a bug", "too little memory", "somebody killed it"],
    fix: "Read the lines before this one in the log.",
    command: status,
  },
  HA9006: {
    title: "The node is given up",
    meaning:
      "Daemons ended too often, or cannot use their configuration. All of them are stopped, and other " +
      "nodes take over.",
    causes: ["a wrong configuration", "a full disk", "a bug"],
    fix: "Correct the causes that are logged above, then start the node again.",
  },
  HA9007: {
    title: "The run folder was emptied",
    meaning: "Somebody removed the files and sockets of the running daemons.",
    causes: ["a program that cleans up temporary folders"],
    fix: "Exclude the folder from that program, then start the node again.",
  },
  HA9008: {
    title: "Another process uses the socket",
    meaning:
      "The daemon cannot listen, because another process does at the same path, or because what stands " +
      "there cannot be removed.",
    causes: [
      "a daemon of another node in the same run folder",
      "a daemon that was left over",
      "a folder in the place of the socket",
    ],
    fix: "Stop that process or move the folder away, or give this node its own run folder.",
  },
  HA9009: {
    title: "A daemon cannot start",
    meaning: "The daemon ended before it could work. The message contains the reason.",
    causes: ["a configuration that it cannot use", "a plugin that cannot be loaded"],
    fix: "Correct the reason, then start the node again.",
  },
  HA9010: {
    title: "A program is missing on this machine",
    meaning: "The node needs a small program of the operating system that is not installed.",
    causes: ["a minimal installation"],
    fix: "Install the package that the message names.",
  },
  HA9011: {
    title: "A daemon failed at one of its own assertions",
    meaning:
      "The daemon met a state that must not exist, so it ends and is restarted. This is a bug.",
    causes: ["a bug"],
    fix: "Report the lines of the log.",
  },
  HA9012: {
    title: "logd cannot write one of its outputs",
    meaning:
      "Lines wait, up to a bound. What is lost beyond it is counted, and the count is written where the " +
      "lines are missing. The output is tried again after a pause; other outputs are not affected.",
    causes: ["a full disk", "a missing folder", "syslog does not run"],
    fix: "Make room, create the folder, or start syslog; logd goes on by itself.",
  },
  HA9020: {
    title: "A disk is nearly full",
    meaning:
      "A folder of the node is on a disk with little room. A full disk costs the node its membership.",
    causes: ["old logs or dumps", "a small partition"],
    fix: "Make room on the disk, or move the folder.",
  },
  HA9021: {
    title: "The state is in memory",
    meaning:
      "The state folder is on a file system in memory. After a restart of the machine the node has " +
      "forgotten its views and the CIB.",
    causes: ["a path below /run, /tmp or /dev/shm"],
    fix: "Choose a folder on a disk, such as /var/lib/ha.",
    command: "ha node config show",
  },
  HA9022: {
    title: "The service of the node is not set up",
    meaning: "systemd does not start the node when the machine starts, or has given it up.",
    causes: ["the unit is not installed or not enabled", "the node failed too often"],
    fix: "Enable the service, or read why it failed.",
    command: "systemctl status ha.service",
  },
  HA9023: {
    title: "The log of the node goes nowhere",
    meaning: "What the daemons log is lost, so nobody can tell later what happened.",
    causes: [
      "the node was started with its output to /dev/null",
      "the file of the log was deleted",
    ],
    fix: "Start the node as a service, or with its output to a file.",
  },
  HA9024: {
    title: "A limit of the system is too low for a node",
    meaning:
      "A daemon that reaches the limit cannot open files and sockets, or loses packets in a burst.",
    causes: [
      "the node was started from a shell with low limits",
      "a setting of the kernel was lowered",
    ],
    fix: "Raise the limit that the message names.",
  },
  HA9040: {
    title: "An application may not ask for a reset of the node",
    meaning: "Its death does not reset the node. Everything else of it works.",
    causes: ["apphbd has no watchdog", "the application runs as another user"],
    fix:
      "Configure applications.watchdog, and run the application as root or as the daemons' user.",
    command: "ha node config show",
  },
  HA9041: {
    title: "An application hung up",
    meaning:
      "An application that sends heartbeats ended, or closed its connection, without unregistering.",
    causes: ["it crashed", "it was killed", "it ends without unregistering"],
    fix: "See why it ended. An entry in applications.recover restarts it.",
    command: "ha app ls",
  },
  HA9042: {
    title: "An application missed its heartbeat",
    meaning:
      "An application sent no heartbeat within the interval that it promised. This is announced once, " +
      "until it sends heartbeats again.",
    causes: ["it hangs", "the machine is overloaded", "its interval is too short"],
    fix: "See why it hangs. An entry in applications.recover restarts it.",
    command: "ha app ls",
  },
  HA9043: {
    title: "An application is given up",
    meaning:
      "The recovery script ran as often as it may within the period. It is not run again before a whole " +
      "period has passed.",
    causes: ["the application fails right after its start", "the script does not start it"],
    fix: "Correct the application or its script, and start it by hand.",
    command: "ha app ls",
  },
  HA9044: {
    title: "A notifier of applications does not work",
    meaning: "Nobody is notified by this plugin. It is tried again.",
    causes: ["an error in its entry in notifiers", "what it sends to is not there"],
    fix: "Correct the entry, or what the error names.",
    command: "ha node config show",
  },
  HA9045: {
    title: "The node is reset for an application",
    meaning:
      "An application that asked for a reset of the node at its death has died. The watchdog of apphbd " +
      "bites after its time.",
    causes: ["the application crashed or was killed"],
    fix: "After the restart, see why the application died.",
  },
  HA9046: {
    title: "A recovery script failed",
    meaning:
      "The script that recovers an application ended with an error, or ran for too long and was killed.",
    causes: ["an error in the script", "the script hangs", "the application does not start"],
    fix: "Run the script by hand, as the user of the application.",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
