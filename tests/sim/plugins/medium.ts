/**
 * Stands for every plugin of kind `medium`: carries packets over the simulated network. The name
 * of the instance is the name of the link: packets of `eth0` reach the `eth0` of other nodes.
 *
 * @module
 */
import type { SimNode, World } from "../surroundings.ts";
import { failed, ok, type SimHost, type SimPlugin } from "../sim_plugin.ts";

/** Bytes of one packet at most. */
const mtuBytes = 65_000;

/** Open instances, by world, link and node. */
const open = new WeakMap<World, Map<string, SimHost>>();

/** What stands for the address of a node. */
const addressOf = (node: string): string => `${node}:694`;

/** One link's end. */
export function medium(host: SimHost): SimPlugin {
  const { node, instance } = host;
  const { world } = node;
  const links = linksOf(world);
  const keys = new Map(world.nodeNames.map((name) => [name, keyOf(instance, name)]));
  links.set(keys.get(node.name)!, host);
  const from = addressOf(node.name);
  return {
    call(method, args, answer) {
      switch (method) {
        case "send": {
          const [packet, to] = args;
          if (!(packet instanceof Uint8Array) || packet.length > mtuBytes) {
            host.emit({ type: "trouble", why: "not a packet, or too large" });
            return answer(failed("not a packet, or too large"));
          }
          // One for all receivers: nobody changes it.
          const event = { type: "packet", bytes: packet, from };
          world.tape.record(node.name, node.boot, { link: instance, bytes: packet });
          if (world.observed) world.observe({ type: "packet", node: node.name, bytes: packet });
          const { corruption } = world.network.weather;
          for (const other of world.nodes) {
            if (other === node || typeof to === "string" && to !== addressOf(other.name)) continue;
            const broken = corruption > 0 && world.random.chance(corruption);
            const arrives = broken ? { ...event, bytes: flipped(packet, world) } : event;
            world.network.send(node.name, other.name, () => {
              give(links.get(keys.get(other.name)!), other, arrives);
            });
          }
          return answer(ok());
        }
        case "describe":
          return answer(ok({ link: instance, mtuBytes, type: "cluster" }));
        default:
          return answer(failed(`a medium has no method "${method}"`));
      }
    },
    close() {
      const key = keyOf(instance, node.name);
      if (links.get(key) === host) links.delete(key);
    },
  };
}

/** Lets a packet arrive at a node that no node has sent just now. */
export function inject(to: SimNode, link: string, bytes: Uint8Array): void {
  const event = { type: "packet", bytes, from: "somebody:694" };
  give(linksOf(to.world).get(keyOf(link, to.name)), to, event);
}

function give(end: SimHost | undefined, to: SimNode, event: unknown): void {
  if (end === undefined || !to.up) return;
  to.whenRunning(() => end.emit(event), true);
}

/** A packet of which one bit is another one. */
export function flipped(packet: Uint8Array, { random }: Pick<World, "random">): Uint8Array {
  const changed = packet.slice();
  const bit = random.between(0, packet.length * 8 - 1);
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}

function linksOf(world: World): Map<string, SimHost> {
  let links = open.get(world);
  if (links === undefined) open.set(world, links = new Map());
  return links;
}

const keyOf = (link: string, node: string): string => `${link}@${node}`;
