/**
 * Somebody who listens to the network, and plays packets again that were sent long ago.
 *
 * @module
 */
import type { Random } from "../../daemons/random.ts";
import type { SimNode } from "./node.ts";

/** Packets kept of each sender at most, from the beginning of a life and from its end. */
export const firstMax = 100;
/** The same, of the last packets of a life. */
export const lastMax = 100;
/** Lives of a sender that are kept at most. */
export const livesMax = 4;

type Packet = (to: SimNode) => void;

interface Life {
  readonly boot: number;
  readonly first: Packet[];
  readonly last: Packet[];
}

/** What was heard. */
export class Tape {
  readonly #lives = new Map<string, Life[]>();

  /** A node sent a packet; `arriveAt` lets it arrive somewhere. */
  record(node: string, boot: number, arriveAt: Packet): void {
    let lives = this.#lives.get(node);
    if (lives === undefined) this.#lives.set(node, lives = []);
    let life = lives.at(-1);
    if (life?.boot !== boot) {
      lives.push(life = { boot, first: [], last: [] });
      if (lives.length > livesMax) lives.shift();
    }
    if (life.first.length < firstMax) life.first.push(arriveAt);
    else {
      life.last.push(arriveAt);
      if (life.last.length > lastMax) life.last.shift();
    }
  }

  /** Packets of one life of a node, in order, from its beginning or its end; any life of it. */
  pick(node: string, random: Random): readonly Packet[] {
    const lives = this.#lives.get(node) ?? [];
    if (lives.length === 0) return [];
    const { first, last } = random.pick(lives);
    return random.chance(0.5) ? [...first] : [...last];
  }
}
