/**
 * Ways in which a network breaks apart.
 *
 * @module
 */
import type { Random } from "../../daemons/runtime/random.ts";
import type { Network } from "./network.ts";

/** The shapes a partition can have. */
export const shapes = [
  "halves",
  "isolate one",
  "one way",
  "ring",
  "bridge",
  "random links",
  "deaf node",
] as const;

/** One of them. */
export type Shape = typeof shapes[number];

/** Two parts, each of which hears only itself. */
export function cutHalves(network: Network, names: readonly string[], random: Random): string {
  const order = random.shuffle(names);
  return cutInTwo(network, order, random.between(1, Math.max(1, order.length - 1)));
}

function cutInTwo(network: Network, order: readonly string[], size: number): string {
  const side = order.slice(0, size);
  const rest = order.slice(size);
  for (const one of side) {
    for (const other of rest) {
      network.cut(one, other);
      network.cut(other, one);
    }
  }
  return `halves: ${side.join(" ")} | ${rest.join(" ")}`;
}

/** Cuts links so that the network has this shape; gives what was done, in words. */
export function breakApart(
  network: Network,
  shape: Shape,
  names: readonly string[],
  random: Random,
): string {
  const order = random.shuffle(names);
  const [first, second] = order;
  if (first === undefined || second === undefined) return "nothing to break apart";
  const cutBoth = (one: string, other: string) => {
    network.cut(one, other);
    network.cut(other, one);
  };
  switch (shape) {
    case "halves":
      return cutInTwo(network, order, random.between(1, order.length - 1));
    case "isolate one":
      for (const other of order.slice(1)) cutBoth(first, other);
      return `isolated: ${first}`;
    case "one way":
      network.cut(first, second);
      return `one way: ${first} does not reach ${second}`;
    case "ring":
      order.forEach((one, at) =>
        order.forEach((other, otherAt) => {
          const apart = Math.abs(at - otherAt);
          if (apart > 1 && apart < order.length - 1) cutBoth(one, other);
        })
      );
      return `ring: ${order.join(" ")}`;
    case "bridge": {
      const rest = order.slice(1);
      const size = Math.floor(rest.length / 2);
      const left = rest.slice(0, size);
      for (const one of left) for (const other of rest.slice(size)) cutBoth(one, other);
      return `bridge ${first}: ${left.join(" ")} | ${rest.slice(size).join(" ")}`;
    }
    case "random links": {
      const cuts: string[] = [];
      for (const one of names) {
        for (const other of names) {
          if (one === other || !random.chance(0.2)) continue;
          network.cut(one, other);
          cuts.push(`${one}>${other}`);
        }
      }
      return `random links: ${cuts.join(" ")}`;
    }
    case "deaf node":
      for (const other of order.slice(1)) network.cut(other, first);
      return `deaf: ${first}`;
  }
}
