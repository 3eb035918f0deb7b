/**
 * The exchange of a process: brings each message where the router says, to a machine or out, and
 * tells machines and links what can be reached.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import type { Loader } from "../../pils/loader_types.ts";
import type { Log } from "./log.ts";
import type { Message } from "./messages.ts";
import { report, reportOf } from "./plugin_report.ts";
import { type Envelope, type Outlet, Router } from "./router.ts";
import { opened } from "./unread.ts";

/** Whose exchange it is. */
export interface ExchangeOptions {
  readonly process: string;
  readonly node: string;
  /** The services of its machines. */
  readonly services: readonly string[];
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Whose plugins it tells of, if anybody asks. */
  readonly loader: Loader | undefined;
  /** Takes a message for a machine. */
  readonly take: (
    service: string,
    from: Envelope["from"],
    message: Message,
    at: number,
  ) => void;
  /** Services that are not of this process came or went. */
  readonly changed: (came: readonly string[], went: readonly string[], at: number) => void;
  readonly gather: (take: () => void) => void;
}

/** One end of a link, as the exchange uses it. */
export interface LinkEnd extends Outlet {
  /** Says which process this is and what can be reached through it. */
  hello(process: string, services: readonly string[]): void;
}

/** See the head of the file. */
export class Exchange {
  readonly gather: (take: () => void) => void;
  readonly #options: ExchangeOptions;
  readonly #router: Router;
  readonly #links = new Set<LinkEnd>();

  constructor(options: ExchangeOptions) {
    const { process, node, services, loader, gather } = options;
    this.#options = options;
    this.gather = gather;
    const own = loader === undefined ? [] : [reportOf(process)];
    this.#router = new Router(node, [...services, ...own]);
  }

  /** A link is there: the other side is told what can be reached through this one. */
  greet(link: LinkEnd): void {
    this.#links.add(link);
    link.hello(this.#options.process, this.#router.reachableWithout(link));
  }

  onServices(link: LinkEnd, _process: string, services: readonly string[]): void {
    this.reach(link, services);
  }

  onEnvelope(_link: LinkEnd, { to, from, message }: Envelope): void {
    // A client is no node: what it says comes from the node it has connected to.
    const node = from.node === "" ? this.#options.node : from.node;
    this.forward({ to, from: { node, service: from.service }, message });
  }

  onClosed(link: LinkEnd, why: string): void {
    this.#links.delete(link);
    this.#options.log(this.#options.process, "debug", `a link is gone: ${why}`);
    this.reach(link, []);
  }

  /** An outlet reaches these services from now on: machines and the other links are told. */
  reach(outlet: Outlet, services: readonly string[]): void {
    const { came, went } = this.#router.announce(outlet, services);
    if (came.length + went.length === 0) return;
    for (const link of this.#links) {
      if (link !== outlet) link.hello(this.#options.process, this.#router.reachableWithout(link));
    }
    this.#options.changed(came, went, this.#options.now());
  }

  /** Brings a message where it belongs, or says in the log that it is lost. */
  forward(envelope: Envelope, at = this.#options.now()): void {
    const route = this.#router.route(envelope);
    switch (route.type) {
      case "here": {
        const message = this.#read(route.envelope);
        if (route.service === reportOf(this.#options.process)) return this.#report(route.envelope);
        if (message === undefined) return;
        return this.#options.take(route.service, route.envelope.from, message, at);
      }
      case "out":
        route.outlet.push(route.envelope);
        return;
      case "lost":
        this.#options.log(
          envelope.from.service,
          "debug",
          `message ${envelope.message.type} for ${envelope.to.service} lost: ${route.why}`,
        );
    }
  }

  /** Tells a program on this node what is loaded here; other nodes have no business with it. */
  #report({ from, to, message }: Envelope): void {
    const { loader, node } = this.#options;
    if (loader === undefined || from.node !== node) return;
    const answer = report(loader, opened(message));
    if (answer === undefined) return;
    this.forward({ to: from, from: { node, service: to.service }, message: answer });
  }

  /**
   * Reads a message; undefined if another node sent what is none.
   *
   * @throws {SyntaxError | TypeError} if a process of this node did, which ends its link.
   */
  #read({ from, to, message }: Envelope): Message | undefined {
    try {
      return opened(message);
    } catch (error) {
      if (from.node === this.#options.node) throw error;
      const { log } = this.#options;
      log(to.service, "err", `A message of ${from.node} cannot be read: ${messageOf(error)}`);
      return undefined;
    }
  }
}
