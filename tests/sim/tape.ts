/**
 * Records packets from the network, and replays them much later.
 *
 * @module
 */
import type { Random } from "../../daemons/runtime/random.ts";

/** Packets kept of each sender at most, from the beginning of a life and from its end. */
export const firstMax = 100;
/** The same, of the last packets of a life. */
export const lastMax = 100;
/** Lives of a sender that are kept at most. */
export const livesMax = 4;

/** A packet, and the link that it was on. */
export interface Packet {
  readonly link: string;
  readonly bytes: Uint8Array;
}

interface Life {
  readonly boot: number;
  readonly first: Packet[];
  readonly last: Packet[];
}

/** What was heard. */
export class Tape {
  readonly #lives = new Map<string, Life[]>();

  /** A node sent a packet. */
  record(node: string, boot: number, packet: Packet): void {
    let lives = this.#lives.get(node);
    if (lives === undefined) this.#lives.set(node, lives = []);
    let life = lives.at(-1);
    if (life?.boot !== boot) {
      lives.push(life = { boot, first: [], last: [] });
      if (lives.length > livesMax) lives.shift();
    }
    if (life.first.length < firstMax) life.first.push(packet);
    else {
      life.last.push(packet);
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

  /** The last packets of a node's present life, in order. */
  recent(node: string): readonly Packet[] {
    const life = this.#lives.get(node)?.at(-1);
    return life === undefined ? [] : life.last.length > 0 ? life.last : life.first;
  }
}
