/**
 * Stands for every plugin of kind `medium`: carries packets over the simulated network. The name
 * of the instance is the name of the link: packets of `eth0` reach the `eth0` of other nodes.
 *
 * @module
 */
import type { SimNode } from "../node.ts";
import { failed, ok, type SimHost, type SimPlugin } from "../sim_plugin.ts";

/** Bytes of one packet at most. */
const mtuBytes = 65_000;

/** Open instances, by world (through a node), link and node. */
const open = new WeakMap<object, Map<string, SimHost>>();

/** One link's end. */
export function medium(host: SimHost): SimPlugin {
  const { node, instance } = host;
  const { world } = node;
  let links = open.get(world);
  if (links === undefined) open.set(world, links = new Map());
  const keys = new Map(world.nodeNames.map((name) => [name, `${instance}@${name}`]));
  const keyOf = (name: string) => keys.get(name)!;
  links.set(keyOf(node.name), host);
  const from = `${node.name}:694`;
  return {
    call(method, args, answer) {
      switch (method) {
        case "send": {
          const [packet] = args;
          if (!(packet instanceof Uint8Array) || packet.length > mtuBytes) {
            host.emit({ type: "trouble", why: "not a packet, or too large" });
            return answer(failed("not a packet, or too large"));
          }
          // One for all receivers: nobody changes it.
          const event = { type: "packet", bytes: packet, from };
          const arriveAt = (other: SimNode) => {
            const end = links.get(keyOf(other.name));
            if (end === undefined || !other.up) return;
            other.whenRunning(() => end.emit(event), true);
          };
          world.tape.record(node.name, node.boot, arriveAt);
          for (const other of world.nodes) {
            if (other !== node) {
              world.network.send(node.name, other.name, () => arriveAt(other));
            }
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
      if (links.get(keyOf(node.name)) === host) links.delete(keyOf(node.name));
    },
  };
}
