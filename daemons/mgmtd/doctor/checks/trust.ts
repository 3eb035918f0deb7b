/**
 * Files that the node trusts: owners and modes, keys, plugins.
 *
 * @module
 */
import { check } from "../check.ts";

/** Files and folders that others may change. */
export const files = check({
  name: "files",
  summary: "only the node's user and root may change its files and folders",
  needs: ["trust"],
  find: ({ trust }) => trust,
});

/** The file of keys. */
export const keys = check({
  name: "keys",
  summary: "the keys are secret, strong, and used on every link",
  needs: ["keys"],
  find: ({ keys }) => keys,
});

/** Plugins that were changed, or that nobody approved. */
export const plugins = check({
  name: "plugins",
  summary: "every plugin that the node loads is approved and unchanged",
  needs: ["plugins"],
  find: ({ plugins }) => plugins,
});
