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
  "apphbd",
  "applications",
  "register",
  "hostile_node/run/cluster",
  "parameters/alice/run/cluster",
  "lrmd_restart/alice/run/cluster",
  "one_node/alice/run/cluster",
  "counter/run/cluster",
  "kind/run/cluster",
  "logd_doors/node",
  "logd_doors/local",
  "logd_syslog/dev",
  "logd_syslog/own",
  "as_user/cluster",
  "as_user/heartbeat",
]
  .map((name) => `unix:${scratch}/${name}.sock`);

/** For `deno test`. */
export const testGrant: Grant = {
  // Broadcast and multicast are tried on the loopback.
  net: [
    "127.0.0.1",
    "[::1]",
    // A free UDP port, from which a fencing device asks.
    "0.0.0.0:0",
    "[::]:0",
    "127.255.255.255",
    "239.192.77.9",
    "[ff05::77]",
    "[ff02::77]",
    ...sockets,
  ],
  // The captured packets, where they are.
  read: [project, `${project.slice(0, project.lastIndexOf("/"))}/shared/wire`],
  write: [scratch],
  // `kill` and the programs below are what families of fencing devices run, instead of a shell.
  run: [
    Deno.execPath(),
    "/bin/sh",
    "/bin/kill",
    ...["fence_test", "fence_word", "external_test"]
      .map((name) => `${project}/plugins/handler/stonith/testing/${name}`),
    `${project}/plugins/handler/notifier/testing/alert_agent`,
  ],
};
