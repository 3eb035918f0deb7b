/**
 * Limits packets by source address. Anyone can send to a UDP port, and verifying a signature takes
 * longer than sending a packet without one. So packets from known addresses pass, and only a
 * limited number a second from all others together: enough for a new node, too few to keep this
 * node from hearing its peers. Dropped packets are reported once a second, not one by one.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";
import type { Host } from "../../../pils/plugin.ts";
import type { MediumEvent } from "./contract.ts";

/** Packets of unknown addresses that are looked at in a second at most. */
export const strangersPerSecondMax = 500;
/** Addresses that are known at most. */
const knownMax = 256;
/** Milliseconds between two reports. */
const reportMs = 1_000;

/** See the head of the file. */
export class Strangers {
  readonly #host: Host<MediumEvent>;
  readonly #byPort: boolean;
  readonly #known = new Set<string>();
  #left = strangersPerSecondMax;
  #filledAt = performance.now();
  #dropped = 0;
  #last = "";
  #timer: Timer | undefined;

  /**
   * @param byPort an address alone says nothing: several nodes have the same one, as on the loopback.
   */
  constructor(host: Host<MediumEvent>, byPort = false) {
    this.#host = host;
    this.#byPort = byPort;
  }

  /** The sender of an authentic packet, or a configured peer. */
  know(hostname: string, port: number): void {
    if (this.#known.size < knownMax) this.#known.add(this.#key(plainAddress(hostname), port));
  }

  /** The same, from the `from` of a packet. */
  knowFrom(from: string): void {
    const colon = from.lastIndexOf(":");
    if (colon > 0) this.know(from.slice(0, colon), Number(from.slice(colon + 1)));
  }

  /** Whether a packet that came from there is to be looked at. */
  admits(hostname: string, port: number): boolean {
    if (this.#known.has(this.#key(hostname, port))) return true;
    const now = performance.now();
    const more = (now - this.#filledAt) * strangersPerSecondMax / 1000;
    this.#left = Math.min(strangersPerSecondMax, this.#left + more);
    this.#filledAt = now;
    if (this.#left >= 1) {
      this.#left--;
      return true;
    }
    this.#dropped++;
    this.#last = hostname;
    this.#timer ??= setTimer(() => this.#report(), reportMs);
    return false;
  }

  close(): void {
    clearTimer(this.#timer);
  }

  #report(): void {
    this.#timer = undefined;
    this.#host.emit({ type: "refused", count: this.#dropped, from: this.#last });
    this.#dropped = 0;
  }

  #key(hostname: string, port: number): string {
    return this.#byPort ? `${hostname}:${port}` : hostname;
  }
}

/** An address as sockets say it: IPv6 in its short form. */
function plainAddress(address: string): string {
  const [bare = ""] = address.replace(/^\[|\]$/g, "").split("%");
  if (!bare.includes(":")) return bare;
  const url = URL.parse(`http://[${bare}]`);
  return url === null ? bare : url.hostname.slice(1, -1);
}
