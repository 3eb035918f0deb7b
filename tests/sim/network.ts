/**
 * The simulated network: between each two nodes two directed links, each of which can be cut,
 * and weather that loses, delays, reorders and duplicates packets.
 *
 * @module
 */
import type { Random } from "../../daemons/runtime/random.ts";
import type { Kernel } from "./kernel.ts";

/** How bad the weather is. */
export interface Weather {
  /** Probability that a packet is lost, 0 to 1. */
  readonly loss: number;
  /** Probability that a packet arrives twice. */
  readonly duplication: number;
  /** Every packet takes at least so long. */
  readonly delayMinUs: number;
  /** Every packet but a late one takes at most so long. */
  readonly delayMaxUs: number;
  /** Probability that a packet is late, and overtaken by others. */
  readonly late: number;
  /** Probability that one bit of it arrives as another one. */
  readonly corruption: number;
  /** A late one takes at most so long. */
  readonly lateMaxUs: number;
}

/** A quiet local network. */
export const fair: Weather = {
  loss: 0,
  duplication: 0,
  delayMinUs: 100,
  delayMaxUs: 300,
  late: 0,
  lateMaxUs: 0,
  corruption: 0,
};

/** Carries packets between nodes. */
export class Network {
  weather: Weather = fair;
  readonly #kernel: Kernel;
  readonly #random: Random;
  readonly #cut = new Set<string>();
  /** How many of the packets to a node are lost because its sockets are full, 0 to 1. */
  readonly #drowned = new Map<string, number>();
  /** Packets that were handed over, and what became of them. */
  readonly counts = { sent: 0, arrived: 0, cut: 0, lost: 0, duplicated: 0 };

  constructor(kernel: Kernel, random: Random) {
    this.#kernel = kernel;
    this.#random = random;
  }

  /** Whether packets from one node reach the other. */
  connected(from: string, to: string): boolean {
    return this.#cut.size === 0 || !this.#cut.has(`${from}>${to}`);
  }

  /** Cuts one direction, also for what is under way. */
  cut(from: string, to: string): void {
    this.#cut.add(`${from}>${to}`);
  }

  /** Repairs one direction. */
  heal(from: string, to: string): void {
    this.#cut.delete(`${from}>${to}`);
  }

  /** The sockets of a node are full of what others send: of what its peers send so many are lost. */
  drown(node: string, loss: number): void {
    if (loss === 0) this.#drowned.delete(node);
    else this.#drowned.set(node, loss);
  }

  /** Repairs everything. */
  healAll(): void {
    this.#cut.clear();
    this.#drowned.clear();
  }

  /** Sends once; `arrive` is called for every copy that comes through. */
  send(from: string, to: string, arrive: () => void): void {
    this.counts.sent++;
    const { loss, duplication } = this.weather;
    if (!this.connected(from, to)) {
      this.counts.cut++;
      return;
    }
    const drowned = this.#drowned.get(to);
    if (drowned !== undefined && this.#random.chance(drowned)) {
      this.counts.lost++;
      return;
    }
    if (this.#random.chance(loss)) this.counts.lost++;
    else this.#carry(from, to, arrive);
    if (this.#random.chance(duplication)) {
      this.counts.duplicated++;
      this.#carry(from, to, arrive);
    }
  }

  /** How long one packet takes in this weather. */
  delayUs(): number {
    const { delayMinUs, delayMaxUs, late, lateMaxUs } = this.weather;
    return this.#random.chance(late)
      ? this.#random.between(delayMaxUs, lateMaxUs)
      : this.#random.between(delayMinUs, delayMaxUs);
  }

  #carry(from: string, to: string, arrive: () => void): void {
    this.#kernel.after(this.delayUs(), () => {
      if (!this.connected(from, to)) {
        this.counts.cut++;
        return;
      }
      this.counts.arrived++;
      arrive();
    });
  }
}
