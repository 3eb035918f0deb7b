/**
 * `ha resource cleanup`: forgets what failed, so that the resource is looked at again.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../../node_sockets.ts";
import { reasonLines } from "../../reason_lines.ts";

/** `ha resource cleanup RESOURCE [NODE]` */
export const cleanup: Command = {
  path: ["resource", "cleanup"],
  summary: "Delete the failures of a resource, and probe it again",
  positionals: "RESOURCE [NODE]",
  details:
    "Removes its fail counts and its history where it failed, on NODE or on all nodes. The\n" +
    "cluster then probes it there, and manages it again.",
  options: {
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON object with what was removed" },
  },
  grant: (call, where) => socketGrant(clusterSocket(call, where)),
  async run(call, io, where) {
    const [resource, node, ...more] = call.positionals;
    if (resource === undefined || more.length > 0) {
      io.err("Name one resource: ha resource cleanup RESOURCE [NODE]\n");
      return exit.usage;
    }
    const { cleanUp } = await import("../../cleanup/clean_up.ts");
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const done = await cleanUp(client, resource, node);
      switch (done.type) {
        case "missing":
          io.err([done.text]);
          return exit.noSuch;
        case "refused":
          io.err(reasonLines(`Nothing was changed: ${done.why}`));
          return exit.tryAgain;
        case "done":
          io.out(
            call.options.json === true
              ? `${JSON.stringify({ removed: done.removed }, undefined, 2)}\n`
              : done.removed.length === 0
              ? `"${resource}" has no failures to forget.\n`
              : done.removed.map((path) => `${path} removed\n`).join(""),
          );
          return exit.ok;
      }
    });
  },
};
