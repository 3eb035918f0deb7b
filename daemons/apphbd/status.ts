/**
 * What faces are shown of the applications of a node.
 *
 * @module
 */
import type { Json } from "../runtime/messages.ts";
import type { Turn } from "./state.ts";

/** The status; times are ages in milliseconds. */
export function statusOf({ state, at }: Turn): Json {
  const { applications, guard, lanes, counts, reboot, givenUp, socket } = state;
  return {
    socket,
    applications: [...applications.values()].map((app) => ({
      name: app.name,
      instance: app.instance,
      pid: app.peer.pid,
      uid: app.peer.uid,
      intervalMs: app.intervalMs,
      warnMs: app.warnMs,
      state: app.state,
      silentMs: Math.round(at - app.lastAt),
      beats: app.beats,
      misses: app.misses,
      boot: app.boot,
    })),
    givenUp: [...givenUp],
    watchdog: guard === undefined ? "" : `${guard.plugin} ${guard.state}`,
    reboot,
    notifiers: lanes.map(({ plugin, state, queue, sent, failed, dropped, error }) => ({
      plugin,
      state,
      waiting: queue.length,
      sent,
      failed,
      dropped,
      error,
    })),
    counts: { ...counts },
  };
}
