/**
 * `ha resource wait`: until the cluster has nothing to do.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { durationMs } from "../../../../metadata/special/mod.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../../node_sockets.ts";

/** The command. */
export const wait: Command = {
  path: ["resource", "wait"],
  summary: "Wait until the cluster has nothing left to do",
  positionals: "[DURATION]",
  details:
    "At most 5 min, or the given time. Exit codes: 0 it has nothing to do; 124 it still has.",
  options: { run: runOption },
  grant: (call, where) => socketGrant(clusterSocket(call, where)),
  async run(call, io, where) {
    const [text = "5min", ...more] = call.positionals;
    const withinMs = durationMs(text);
    if (withinMs === undefined || withinMs > 24 * 3_600_000 || more.length > 0) {
      io.err(
        `${withCode("HA0002", `"${text}" is no duration up to 24 h. Fix: write it like 90s`)}\n`,
      );
      return exit.usage;
    }
    const { documentOf } = await import("../../steer/node.ts");
    const { settled } = await import("../../steer/wait.ts");
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const before = await documentOf(client);
      const ended = await settled(client, before, { withinMs, now: () => Date.now() });
      if (ended.settled) return exit.ok;
      const what = `The cluster still has something to do after ${withinMs / 1000} s`;
      io.err([withCode("HA0019", `${what}. Fix: see ha why RESOURCE, or wait longer`)]);
      return exit.timeout;
    });
  },
};
