/**
 * MSG3: retransmission is bounded. One packet is sent again only so often, and there are only so
 * many packets for each message that a service sent.
 *
 * @module
 */
import { hexOf, stringOf } from "../../../daemons/heartbeat/fields.ts";
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Milliseconds of one window. */
const windowMs = 10_000;
/** Packets of one sender that are remembered at most. */
const rememberedMax = 1_024;

/** What is allowed. */
export interface TrafficBounds {
  readonly keepaliveMs: number;
  /** How often one packet may be sent again. */
  readonly retransmitsMax: number;
  /** Packets for each message in a window, acknowledgements and repetitions among them. */
  readonly packetsPerMessageMax: number;
}

/** Listens to the network. */
export class TrafficChecker implements Checker {
  readonly watches = ["MSG3"];
  readonly counts = { windows: 0, retransmitted: 0, retransmitsMost: 0, packetsPerMessageMost: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #listen: (packet: Uint8Array) => WireMessage | undefined;
  readonly #bounds: TrafficBounds;
  /** By node: how often each packet was sent, by generation and number. */
  readonly #sent = new Map<string, Map<string, number>>();
  #windowUs = 0;
  /** When a node last said that it is flooded. */
  #floodUs = -Infinity;
  #packets = 0;
  #messages = 0;
  #messagesBefore = 0;

  constructor(
    world: World,
    fail: Fail,
    listen: (packet: Uint8Array) => WireMessage | undefined,
    bounds: TrafficBounds,
  ) {
    this.#world = world;
    this.#fail = fail;
    this.#listen = listen;
    this.#bounds = bounds;
  }

  observe(observation: Observation, nowUs: number): void {
    if (nowUs - this.#windowUs > windowMs * 1000) this.#window(nowUs);
    switch (observation.type) {
      case "client sent":
        this.#messages++;
        return;
      case "sent":
        if (observation.to.node !== undefined && observation.to.node !== observation.node) {
          this.#messages++;
        }
        return;
      case "packet":
        this.#packet(observation.node, observation.bytes, nowUs);
    }
  }

  #packet(node: string, bytes: Uint8Array, nowUs: number): void {
    this.#packets++;
    const message = this.#listen(bytes);
    const type = message && stringOf(message, "t");
    if (message === undefined || type === undefined) return;
    // A node that is flooded is sent more, with a bound of its own, until it is over.
    if (type === "NS_haflood") this.#floodUs = nowUs;
    if (nowUs - this.#floodUs < windowMs * 1_000) return;
    const number = type === "NS_hastream" ? `n${hexOf(message, "n")}` : `${hexOf(message, "seq")}`;
    if (number === "undefined") return;
    let sent = this.#sent.get(node);
    if (sent === undefined) this.#sent.set(node, sent = new Map());
    const key = `${hexOf(message, "hg")} ${number}`;
    const times = sent.get(key) ?? 0;
    sent.set(key, times + 1);
    if (times === 0) {
      if (sent.size <= rememberedMax) return;
      for (const oldest of sent.keys()) {
        sent.delete(oldest);
        return;
      }
    }
    this.counts.retransmitted++;
    this.counts.retransmitsMost = Math.max(this.counts.retransmitsMost, times);
    if (times > this.#bounds.retransmitsMax) {
      this.#fail("MSG3", `${node} sends its packet ${key} again for the ${times}. time`);
    }
  }

  #window(nowUs: number): void {
    const { nodes } = this.#world;
    const { keepaliveMs, packetsPerMessageMax } = this.#bounds;
    const windows = (nowUs - this.#windowUs) / (windowMs * 1000);
    // Each node: its status messages, and as many again of what begins and ends with it.
    const quiet = nodes.length * (3 * windowMs / keepaliveMs + 20) * windows;
    // What was wanted at the end of the window before may be repeated in this one.
    const messages = this.#messages + this.#messagesBefore;
    const ratio = Math.max(0, this.#packets - quiet) / Math.max(20, messages);
    this.counts.windows++;
    this.counts.packetsPerMessageMost = Math.max(
      this.counts.packetsPerMessageMost,
      Math.ceil(ratio),
    );
    if (ratio > packetsPerMessageMax && nowUs - this.#floodUs > 2 * windowMs * 1_000) {
      this.#fail(
        "MSG3",
        `${this.#packets} packets in ${Math.round(windows * windowMs)} ms for ${messages} messages`,
      );
    }
    this.#windowUs = nowUs;
    this.#packets = 0;
    this.#messagesBefore = this.#messages;
    this.#messages = 0;
  }
}
