/**
 * Error codes of configurations of a node: its file, the keys, and values of fields in general.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

/** HA1xxx. */
export const configurationCodes = {
  HA1001: {
    title: "A value does not match its field",
    meaning:
      "A configured value is of another type, out of its range, or none of the allowed values. The " +
      "configuration as a whole is rejected; all its problems are listed.",
    causes: ["a typing error", "a number without its unit, or with another one"],
    fix: "Correct the value. The message names its place and what is expected.",
    command: "ha plugin describe KIND/NAME",
  },
  HA1002: {
    title: "There is no such field",
    meaning: "The configuration contains a name that no field has. It is rejected, not ignored.",
    causes: ["a typing error", "a field of another version", "a field of another plugin"],
    fix: "Correct or remove the name.",
    command: "ha plugin describe KIND/NAME",
  },
  HA1003: {
    title: "A required field is missing",
    meaning: "The configuration lacks a value that has no default.",
    causes: ["the field is new in this version", "the example was only partly copied"],
    fix: "Add the field.",
    command: "ha plugin describe KIND/NAME",
  },
  HA1004: {
    title: "The node configuration cannot be used",
    meaning:
      "The file of this node is missing, is not valid JSON, or breaks a rule that concerns several " +
      "fields. A running node keeps its old configuration; a node that starts ends.",
    causes: ["a missing comma or quote", "two fields that contradict each other"],
    fix: "Correct all listed problems, then start the node or send HUP to the recovery manager.",
  },
  HA1005: {
    title: "Other users can change a trusted file",
    meaning:
      "The daemons trust the content of this file or folder. Its owner or its mode lets another user " +
      "change it, so it is not used.",
    causes: [
      "the file is writable for its group or for all",
      "a folder above it is",
      "another owner",
    ],
    fix: "Give it to the user of the daemons, and remove the right to write from all others.",
    command: "chown root PATH && chmod go-w PATH",
  },
  HA1006: {
    title: "The keys cannot be used",
    meaning:
      "heartbeat cannot read its authkeys, or one of the keys is not safe. Without keys it does not " +
      "start; on a reload the old keys stay in use.",
    causes: ["the mode is not 0600", "a key is empty or too short", "the method is unknown"],
    fix: "Correct the file on every node, then send HUP to heartbeat.",
    command: "chmod 0600 authkeys",
  },
  HA1007: {
    title: "A change needs a restart of the node",
    meaning: "The node configuration was read again. The named fields apply only after a restart.",
    causes: ["such a field was changed on a running node"],
    fix: "Stop the node and start it again. The other nodes take over its resources meanwhile.",
  },
  HA1008: {
    title: "A path cannot be followed",
    meaning:
      "A path that the node must trust leads through too many or strange symbolic links, or its name " +
      "contains a line break. It is not used. State of a daemon is in plain files of a plain folder.",
    causes: [
      "a state folder was moved and linked",
      "a loop of symbolic links",
      "a file that was created by mistake",
    ],
    fix: "Name the real place, or rename the file.",
  },
  HA1009: {
    title: "A file of heartbeat cannot be imported as it is",
    meaning:
      "A line of ha.cf or haresources has an error, or means something that is configured elsewhere " +
      "here. An error prevents the import; a warning does not.",
    causes: ["a typing error", "a value that is given twice", "a directive that has no place here"],
    fix: "Correct the line. A warning names what takes the place of the directive.",
    command: "ha configure import HA_CF",
  },
  HA1010: {
    title: "A value has no effect, or will have none",
    meaning:
      "The configuration is accepted. The field is deprecated, belongs to another choice, or was " +
      "converted from an older version.",
    causes: ["the configuration was written for an older version", "another field was changed"],
    fix: "Do what the message says, then save the configuration.",
    command: "ha plugin describe KIND/NAME",
  },
  HA1030: {
    title: "The machine has another name than the node",
    meaning:
      "The name of the machine (uname -n) is not that of the node. Agents that ask for the name of the " +
      "machine compare it with the node's; the name of another node is a sign of a copied node.json.",
    causes: ["node.json was copied from another node", "the machine was renamed"],
    fix: "Give the machine the name of its node, or correct the name in node.json.",
    command: "ha node config show",
  },
  HA1031: {
    title: "An address of a link does not fit this machine",
    meaning:
      "A link receives on an address that no interface of this machine has, or sends to an address that " +
      "is no other machine. The link cannot work.",
    causes: [
      "node.json was copied from another node",
      "an interface is down or has another address",
    ],
    fix: "Correct the address in node.json, or bring the interface up.",
    command: "ha node config show",
  },
  HA1032: {
    title: "Another program uses the port of a link",
    meaning: "A program that is not this node receives on the port of a link, so heartbeat cannot.",
    causes: ["another node on this machine", "heartbeat of another cluster software"],
    fix: "End that program, or give the link another port on every node.",
  },
  HA1033: {
    title: "The node has one link only",
    meaning: "If the only link fails, the nodes lose each other, and some of them are fenced.",
    causes: ["a second network was not configured"],
    fix: "Add a second link over another network, or ignore this where one link is bonded.",
    command: "ha node config show",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
