/**
 * Where a message goes next: to a machine of this process, over a link to another process of this
 * node, or to heartbeat, which carries it to another node. The sender does not know which.
 *
 * A node's processes form a tree of links. Each end of a link announces the services that can be
 * reached through it, so that `lrmd` finds `tengine` on another node through `cluster` and
 * `heartbeat` without knowing of either.
 *
 * @module
 */
import type { Address, Sender } from "./machine.ts";
import type { Message } from "./messages.ts";

/** A message under way within a node. */
export interface Envelope {
  readonly to: Address;
  readonly from: Sender;
  readonly message: Message;
}

/** One way out of this process. */
export interface Outlet {
  /** Queues the envelope; never blocks. */
  push(envelope: Envelope): void;
}

/** What is to be done with an envelope. */
export type Route =
  | { readonly type: "here"; readonly service: string; readonly envelope: Envelope }
  | { readonly type: "out"; readonly outlet: Outlet; readonly envelope: Envelope }
  | { readonly type: "lost"; readonly why: string };

/** The routing table of one process. */
export class Router {
  readonly #node: string;
  readonly #here: ReadonlySet<string>;
  /** By service: the outlets that offer it, the latest last: that one is taken. */
  readonly #beyond = new Map<string, Outlet[]>();

  /**
   * @param node this node's name.
   * @param here the services of this process.
   */
  constructor(node: string, here: Iterable<string>) {
    this.#node = node;
    this.#here = new Set(here);
  }

  /** What an outlet can reach from now on; gives the services that came and went by it. */
  announce(
    outlet: Outlet,
    services: readonly string[],
  ): { readonly came: string[]; readonly went: string[] } {
    const wanted = new Set(services.filter((service) => !this.#here.has(service)));
    const went: string[] = [];
    const came: string[] = [];
    for (const [service, ways] of this.#beyond) {
      const at = ways.indexOf(outlet);
      if (at < 0 || wanted.has(service)) continue;
      const wasTaken = at === ways.length - 1;
      ways.splice(at, 1);
      if (ways.length === 0) {
        this.#beyond.delete(service);
        went.push(service);
      } else if (wasTaken) {
        // Who offered it before still does: to those who use it that is another one of its name.
        came.push(service);
      }
    }
    for (const service of wanted) {
      const ways = this.#beyond.get(service) ?? [];
      if (ways.includes(outlet)) continue;
      // A service that is announced again over another link has been restarted: the newer one counts.
      this.#beyond.set(service, [...ways, outlet]);
      came.push(service);
    }
    return { came, went };
  }

  /** The way by which a service of another process of this node is reached. */
  wayTo(service: string): Outlet | undefined {
    return this.#beyond.get(service)?.at(-1);
  }

  /** What an outlet must learn: everything reachable that is not reached through it. */
  reachableWithout(outlet: Outlet): string[] {
    const services = [...this.#here];
    for (const service of this.#beyond.keys()) {
      if (this.wayTo(service) !== outlet) services.push(service);
    }
    return services.sort();
  }

  /** Where this envelope goes. */
  route(envelope: Envelope): Route {
    const { to, from, message } = envelope;
    if (to.node !== undefined && to.node !== this.#node) {
      // Only heartbeat speaks to other nodes. Who has it wraps the message.
      if (!this.#here.has("heartbeat")) return this.#beyondTo("heartbeat", envelope);
      return {
        type: "here",
        service: "heartbeat",
        envelope: {
          to: { service: "heartbeat" },
          from,
          message: {
            type: "heartbeat/forward",
            to: { node: to.node, service: to.service },
            from: { service: from.service },
            body: message,
          },
        },
      };
    }
    if (message.type === "heartbeat/deliver" && from.service === "heartbeat") {
      // Heartbeat brings what another node's machine said: the receiver sees that machine.
      return this.route({
        to,
        from: { node: message.from.node, service: message.from.service },
        message: message.body,
      });
    }
    if (this.#here.has(to.service)) return { type: "here", service: to.service, envelope };
    return this.#beyondTo(to.service, envelope);
  }

  #beyondTo(service: string, envelope: Envelope): Route {
    const outlet = this.wayTo(service);
    return outlet === undefined
      ? { type: "lost", why: `no process of node ${this.#node} offers "${service}"` }
      : { type: "out", outlet, envelope };
  }
}
