/**
 * The permissions that all tests together may use; each test narrows them to its own.
 *
 * @module
 */
import type { Grant } from "../daemons/site/flags.ts";
import { filePath } from "../pils/found.ts";

const project = filePath(new URL("..", import.meta.url));
/** Tests that need files or sockets keep them here, and remove them. */
const scratch = `${project}/.test`;
const sockets = [
  "run",
  "link",
  "ha",
  "register",
  "hostile_node/run/cluster",
  "parameters/alice/run/cluster",
  "lrmd_restart/alice/run/cluster",
  "one_node/alice/run/cluster",
  "counter/run/cluster",
  "kind/run/cluster",
]
  .map((name) => `unix:${scratch}/${name}.sock`);

/** For `deno test`. */
export const testGrant: Grant = {
  // Broadcast and multicast are tried on the loopback.
  net: [
    "127.0.0.1",
    "[::1]",
    "127.255.255.255",
    "239.192.77.9",
    "[ff05::77]",
    "[ff02::77]",
    ...sockets,
  ],
  // The captured packets, where they are.
  read: [project, `${project.slice(0, project.lastIndexOf("/"))}/shared/wire`],
  write: [scratch],
  run: [Deno.execPath(), "/bin/sh"],
};
