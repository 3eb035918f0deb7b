/**
 * Error codes of plugins: approval, locks, signatures, packages.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

/** HA2xxx. */
export const pluginCodes = {
  HA2001: {
    title: "The plugin is not in the lock",
    meaning:
      "Only plugins that an operator has approved are loaded. The lock does not list this one.",
    causes: ["the plugin was never added", "a typing error", "another lock is in use"],
    fix: "Add the plugin, or correct its name.",
    command: "ha plugin add FOLDER",
  },
  HA2002: {
    title: "The plugin differs from what was approved",
    meaning:
      "A file of the plugin, its manifest or a package was changed after the approval. It is not " +
      "loaded, since nobody has agreed to the new code.",
    causes: ["an upgrade without approval", "an edited file", "an attack"],
    fix: "Find out who changed it. If the change is wanted, approve it.",
    command: "ha plugin trust KIND/NAME",
  },
  HA2003: {
    title: "The plugin lacks a required signature",
    meaning:
      "plugins.policy.json demands a signature by a known author. This plugin has none, or one by " +
      "somebody else, or one that does not fit its files.",
    causes: ["the author does not sign", "the author's key is not in the policy"],
    fix: "Ask the author for a signature, or add the author's key to the policy.",
  },
  HA2004: {
    title: "The version is older than the approved one",
    meaning: "A downgrade can bring back fixed bugs, so it needs a clear decision.",
    causes: ["an old package was named by mistake"],
    fix: "Name the newer package, or accept the downgrade.",
    command: "ha plugin upgrade KIND/NAME --downgrade",
  },
  HA2005: {
    title: "The plugin asks for too much",
    meaning:
      "The manifest asks for a permission that the rules do not allow, such as calls of native " +
      "libraries, with which a plugin can do anything.",
    causes: ["the plugin needs a library", "the manifest asks for more than the code uses"],
    fix: "Read the code. Allow the permission only if you trust the author fully.",
    command: "ha plugin describe KIND/NAME",
  },
  HA2006: {
    title: "Two plugins have the same identity",
    meaning:
      "A plugin is identified by KIND/NAME. The lock names another folder for this identity.",
    causes: ["a second copy of the plugin", "two authors chose the same name"],
    fix: "Upgrade the approved one, or rename or remove one of them.",
    command: "ha plugin ls",
  },
  HA2007: {
    title: "The package cannot be used",
    meaning:
      "A package contains something that is not allowed: a link, a device, a path that leads outside, " +
      "too many bytes, or files that are not the plugin's. Nothing of it was unpacked.",
    causes: ["a damaged download", "a package that was not made for the project"],
    fix: "Build the package again from the plugin's folder.",
    command: "ha plugin pack FOLDER",
  },
  HA2008: {
    title: "The plugin does not fit this version",
    meaning:
      "The plugin was written for another version of its kind's contract than the handler has.",
    causes: ["the plugin is older or newer than the project"],
    fix: "Use a version of the plugin that fits, or upgrade the project.",
    command: "ha plugin ls",
  },
  HA2009: {
    title: "The lock changed meanwhile",
    meaning:
      "Another command wrote the lock while this one waited for an answer. Nothing was changed.",
    causes: ["two people work on the same node"],
    fix: "Run the command again.",
  },
  HA2010: {
    title: "npm is not on this machine",
    meaning: "The package has to be fetched by npm, which is not installed here.",
    causes: ["a node without tools for development"],
    fix: "Fetch the package on another machine, copy the file here, and add it.",
    command: "npm pack PACKAGE",
  },
  HA2011: {
    title: "Only the project may provide this kind of plugin",
    meaning:
      "Daemons load plugins of this kind in their own process. A plugin of somebody else is not " +
      "allowed there.",
    causes: ["a plugin of a kind that a node cannot isolate"],
    fix: "Try it without a node.",
    command: "ha plugin dev FOLDER",
  },
  HA2012: {
    title: "There is no such plugin or kind",
    meaning: "Neither the lock nor a folder has this name.",
    causes: ["a typing error", "the plugin was removed"],
    fix: "Use a name of the list. A name that ends with / is a folder.",
    command: "ha plugin ls",
  },
  HA2013: {
    title: "The manifest of a plugin is wrong",
    meaning:
      "The manifest contains a value or a rule that cannot be used. The plugin is not loaded.",
    causes: ["a mistake of the author", "a permission with an unknown field"],
    fix: "Correct the manifest, or ask the author.",
    command: "ha plugin check FOLDER",
  },
  HA2014: {
    title: "The code of a plugin cannot be pinned",
    meaning:
      "The lock pins all files that a plugin loads. One of them is missing, is no regular file, or " +
      "comes from elsewhere.",
    causes: ["an import from the network", "a missing file", "a pipe or a device"],
    fix: "Add the file to the plugin's folder, or correct the import.",
    command: "ha plugin check FOLDER",
  },
  HA2015: {
    title: "A package differs from its pinned content",
    meaning:
      "Daemons run packages from the cache of Deno. One of them was changed after it was fetched, or " +
      "others may change it. The node does not start.",
    causes: ["an edited file", "wrong permissions of the cache", "an attack"],
    fix: "Find out who may write there. Then remove that folder and fetch it again.",
    command: "deno install",
  },
  HA2016: {
    title: "The lock cannot be read",
    meaning:
      "plugins.lock.json or plugins.policy.json is not valid. Without them a daemon does not know which " +
      "plugins it may load.",
    causes: ["the file was edited by hand", "it was written by a newer version"],
    fix: "Restore the file, or approve the plugins again.",
    command: "ha plugin trust --all",
  },
  HA2017: {
    title: "No daemon can use the plugin in this way",
    meaning: "The plugin is named at a place that does not take plugins of its kind.",
    causes: ["the field load names a plugin that belongs into another field"],
    fix: "Name the plugin where the message says.",
    command: "ha plugin describe KIND/NAME",
  },
  HA2018: {
    title: "Another command writes the lock",
    meaning:
      "A command that changes the lock or the policy holds it until it ends, so that two of them lose " +
      "nothing. This one has waited for it, and has changed nothing.",
    causes: ["another command waits for an answer on a terminal", "a large package is fetched"],
    fix: "Let the other command end, and run this one again.",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
