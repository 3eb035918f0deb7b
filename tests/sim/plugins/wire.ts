/**
 * The transport of the stand-in for heartbeat: per pair of nodes a queue that keeps the order and
 * retries until a message is too old, and beats, which may be lost like any packet.
 *
 * @module
 */
import { failed, ok, type SimHost, type SimPlugin } from "../sim_plugin.ts";
import type { World } from "../surroundings.ts";

/** Messages of one node for another that wait at most. */
export const wireQueueMax = 1_000;

/** How often a message is tried again, in microseconds. */
const retryUs = 20_000;

interface Pair {
  readonly queue: { readonly event: unknown; readonly sinceUs: number }[];
  busy: boolean;
}

/** Ends of the wire by node, in each world. */
const worlds = new WeakMap<World, Map<string, SimHost>>();

/** One node's end. */
export function wire(host: SimHost): SimPlugin {
  const { node } = host;
  const { world } = node;
  const { kernel, network } = world;
  let ends = worlds.get(world);
  if (ends === undefined) worlds.set(world, ends = new Map());
  ends.set(node.name, host);
  const keepUs = keepMsOf(host.config) * 1000;
  const pairs = new Map<string, Pair>();
  let closed = false;

  const deliver = (to: string, event: unknown) => {
    const other = world.node(to);
    other.whenRunning(() => ends.get(to)?.emit(event));
  };
  const pump = (to: string, pair: Pair) => {
    while (pair.queue[0] !== undefined && kernel.nowUs - pair.queue[0].sinceUs > keepUs) {
      pair.queue.shift();
    }
    const [first] = pair.queue;
    if (first === undefined || closed) {
      pair.busy = false;
      return;
    }
    pair.busy = true;
    kernel.after(network.delayUs(), () => {
      const lost = world.random.chance(network.weather.loss);
      if (closed) return;
      if (lost || !network.connected(node.name, to) || !world.node(to).up) {
        kernel.after(retryUs, () => pump(to, pair));
        return;
      }
      if (pair.queue[0] === first) pair.queue.shift();
      deliver(to, first.event);
      if (isForCcm(first.event) && world.random.chance(echo)) {
        const again = { ...first.event, echo: true };
        kernel.after(world.random.between(0, 5_000_000), () => deliver(to, again));
      }
      pump(to, pair);
    });
  };

  return {
    call(method, args, answer) {
      const [event, to] = args;
      if (method === "beat") {
        for (const other of world.nodeNames) {
          if (other === node.name) continue;
          network.send(node.name, other, () => deliver(other, event));
        }
        return answer(ok());
      }
      if (method !== "send") return answer(failed(`a wire has no method "${method}"`));
      for (const other of world.nodeNames) {
        if (other === node.name || (to !== "*" && to !== other)) continue;
        let pair = pairs.get(other);
        if (pair === undefined) pairs.set(other, pair = { queue: [], busy: false });
        if (pair.queue.length < wireQueueMax) pair.queue.push({ event, sinceUs: kernel.nowUs });
        if (!pair.busy) pump(other, pair);
      }
      answer(ok());
    },
    close() {
      closed = true;
      if (ends.get(node.name) === host) ends.delete(node.name);
    },
  };
}

/**
 * Probability that a message of one membership daemon to another comes again, seconds later: more
 * than they have to expect, so that they are seen to cope with what is stale.
 */
const echo = 0.02;

function isForCcm(event: unknown): event is { readonly service: "ccm" } {
  return typeof event === "object" && event !== null && "service" in event &&
    event.service === "ccm";
}

function keepMsOf(config: unknown): number {
  if (typeof config === "object" && config !== null && "keepMs" in config) {
    return Number(config.keepMs);
  }
  throw new TypeError("A wire needs keepMs: how long a message is tried again");
}
