/**
 * Application heartbeats.
 *
 * @module
 */
export { apphbd } from "./core.ts";

import { untilStdinEnds } from "../runtime/parent.ts";
import type { Composition, Surroundings } from "../site/main.ts";
import { start } from "../start.ts";
import { apphbd } from "./core.ts";
import { description, socketPathOf } from "./description.ts";
import { type FromParent, parent } from "./parent.ts";
import { kernel } from "./peer.ts";
import { applicationSocket } from "./socket.ts";
import { type ApphbdConfig, instances, type Peer } from "./state.ts";

function compose({ config, log }: Surroundings): Composition {
  const asked = kernel();
  const { applications, notifiers = [] } = config;
  const { uids = [], gids = [], watchdog, recover = [] } = applications ?? {};
  const uid = asked?.uid ?? 0;
  const own: ApphbdConfig = {
    uid,
    recover,
    notifiers: notifiers.map(({ plugin, ...config }) => ({ plugin, config })),
    ...(watchdog === undefined ? {} : { watchdog: guardOf(watchdog) }),
  };
  const isOwner = (peer: Peer) => peer.uid === 0 || peer.uid === uid;
  const from: FromParent = { told: () => {} };
  const write = Deno.args.includes(untilStdinEnds)
    ? (bytes: Uint8Array) => Deno.stdout.write(bytes)
    : undefined;
  return {
    machines: [apphbd(own)],
    told: (line) => from.told(line),
    builtins: {
      [instances.parent]: parent(from, write),
      [instances.socket]: applicationSocket({
        path: socketPathOf(config),
        kernel: asked,
        lets: (peer) => isOwner(peer) || uids.includes(peer.uid) || gids.includes(peer.gid),
        isOwner,
        log: (text) => log("apphbd", "info", text),
      }),
    },
  };
}

/** A watchdog that watches a process watches this one. */
function guardOf(
  { plugin, intervalMs, ...config }: {
    readonly plugin: string;
    readonly intervalMs: number;
  },
): NonNullable<ApphbdConfig["watchdog"]> {
  const pid = plugin === "watchdog/process" ? { pid: Deno.pid } : {};
  return { plugin, intervalMs, config: { ...pid, ...config } };
}

if (import.meta.main) await start(description, compose);
