/**
 * Messages of one process on their way: brings each where it belongs, to a machine or out, announces
 * what can be reached, and lets nothing in that its sender may not say (`door.ts`).
 *
 * What comes by a link is believed to be from whom it says only if that is where it would go:
 *
 *  - a service of this node, by the link over which that service is reached;
 *  - a service of another node, by the link over which heartbeat is reached.
 *
 * @module
 */
import type { Loader } from "../../pils/loader_types.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Closing } from "./clients.ts";
import { enter, mayPass } from "./door.ts";
import type { LinkLimits } from "./link.ts";
import type { Log } from "./log.ts";
import type { Message } from "./messages.ts";
import { report, reportOf } from "./plugin_report.ts";
import { isClient, type Protocol, userClientPrefix } from "./protocol.ts";
import { refusalsOf, type Refused } from "./refusals.ts";
import { Refusing } from "./refusing.ts";
import { type Envelope, type Outlet, Router } from "./router.ts";
import { opened } from "./unread.ts";
import type { Users } from "./frame.ts";
import { nobody, type User } from "./user.ts";

/** Whose exchange it is. */
export interface ExchangeOptions {
  readonly process: string;
  readonly node: string;
  /** The services of its machines. */
  readonly services: readonly string[];
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Whose plugins it reports, if anybody asks. */
  readonly loader: Loader | undefined;
  /** What may be said to the machines; undefined: anything. */
  readonly protocol: Protocol | undefined;
  /** Takes a message for a machine. */
  readonly take: (
    service: string,
    from: Envelope["from"],
    message: Message,
    at: number,
  ) => void;
  /** Sees what is refused: for those who judge a simulated world. */
  readonly refused?: ((from: Envelope["from"], to: string, refused: Refused) => void) | undefined;
  /** Services that are not of this process came or went. */
  readonly changed: (came: readonly string[], went: readonly string[], at: number) => void;
  readonly gather: (take: () => void) => void;
}

/** Bytes that may wait for a process when a message of a client goes there. */
const clientsBytesMax = 1024 * 1024;

/** One end of a link, as the exchange uses it. */
export interface LinkEnd extends Outlet {
  /** What its other side may do. */
  readonly limits: LinkLimits;
  /** Bytes that wait to be written to it. */
  readonly queuedBytes?: number;
  /** Says which process this is and what can be reached through it. */
  hello(process: string, services: readonly string[], users?: Users): void;
  /** Ends it; `why` is for the log. */
  close(why: string): void;
}

/** See the head of the file. */
export class Exchange {
  readonly gather: (take: () => void) => void;
  readonly #options: ExchangeOptions;
  readonly #router: Router;
  readonly #links = new Map<Outlet, LinkEnd>();
  /** Those of them that lead to clients, each with the services that it has announced. */
  readonly #clients = new Map<Outlet, readonly string[]>();
  /** Clients that each of the other links knows of. */
  readonly #known = new Map<Outlet, ReadonlySet<string>>();
  /** Users of the services that each link has announced. */
  readonly #users = new Map<Outlet, ReadonlyMap<string, User>>();
  readonly #refusing: Refusing;
  /** Services of the process itself, which answer a question with what they give. */
  readonly #reports: ReadonlyMap<string, (message: Message) => Message | undefined>;

  constructor(options: ExchangeOptions) {
    const { process, node, services, loader, gather } = options;
    this.#options = options;
    this.gather = gather;
    this.#refusing = new Refusing(options, {
      isClient: (way) => this.#isClient(way),
      wayTo: (service) => this.#router.wayTo(service),
    });
    const reports: [string, (message: Message) => Message | undefined][] = [];
    if (loader !== undefined) {
      reports.push(
        [reportOf(process), (message) => report(loader, message)],
        [refusalsOf(process), (message) => this.#refusing.report(message)],
      );
    }
    this.#reports = new Map(reports);
    this.#router = new Router(node, [...services, ...this.#reports.keys()]);
  }

  /** A link is up: the other side learns what can be reached through this one. */
  greet(link: LinkEnd): void {
    this.#links.set(link, link);
    if (link.limits.isClient) this.#clients.set(link, []);
    this.#hello(link);
  }

  onServices(
    link: LinkEnd,
    process: string,
    services: readonly string[],
    users: Users = {},
  ): void {
    const why = link.limits.mayNotOffer?.(services) ??
      (link.limits.isClient ? this.#whyNotClient(link, services) : undefined);
    if (why === undefined) {
      if (this.#clients.has(link)) this.#clients.set(link, services);
      // Who is a client here cannot be one elsewhere.
      else services = services.filter((service) => !this.#isOwnClient(service));
      this.#users.set(link, usersOf(link, services, users));
      return this.reach(link, services);
    }
    const refused = { kind: "misdirected", type: "hello", why } as const;
    this.#refusing.count(
      { node: this.#options.node, service: process },
      this.#options.process,
      refused,
    );
    link.close(why);
  }

  onEnvelope(way: Outlet, { to, from, message }: Envelope): void {
    const { node: own } = this.#options;
    // A client is no node: what it says comes from the node it has connected to.
    const node = from.node === "" ? own : from.node;
    const envelope = { to, from: this.#senderOf(node, from.service, way), message };
    const believed = this.#router.wayTo(node === own ? from.service : "heartbeat") === way;
    const isClient = this.#isClient(way);
    if (believed && !(isClient && to.node !== undefined && to.node !== own)) {
      return this.forward(envelope, this.#options.now(), way);
    }
    const why = isClient && believed
      ? "a client has no business with other nodes"
      : "it did not come the way that leads to its sender";
    this.#refusing.refuse(
      envelope,
      { kind: "misdirected", type: "", why },
      isClient ? way : undefined,
    );
  }

  onClosed(link: LinkEnd, why: string, closing?: Closing): void {
    const { process, log } = this.#options;
    this.#links.delete(link);
    this.#clients.delete(link);
    this.#known.delete(link);
    this.#users.delete(link);
    log(process, "debug", `a link is gone: ${why}`);
    if (closing !== undefined) this.#refusing.closed(closing, why);
    this.reach(link, []);
  }

  /** A message cannot be sent: it is lost, as one is whose receiver is not there. */
  onUnsendable(link: LinkEnd, envelope: Envelope, why: string): void {
    const { from, to, message } = envelope;
    const type = message.type === "unread" ? "" : message.type;
    const refused = { kind: "unsendable", type, why } as const;
    if (!isClient(to.service)) return this.#refusing.refuse(envelope, refused);
    // It is an answer: who waits for it learns that it does not come.
    this.#refusing.count(from, to.service, refused);
    const notSent = `its answer cannot be sent: ${why}`;
    this.#refusing.answer(link, from.service, envelope, { ...refused, type: "", why: notSent });
  }

  /** An outlet reaches these services from now on: machines and the other links are notified. */
  reach(outlet: Outlet, services: readonly string[]): void {
    const { came, went } = this.#router.announce(outlet, services);
    if (came.length + went.length === 0) return;
    for (const link of this.#links.values()) {
      if (link !== outlet && this.#concerns(link, came, went)) this.#hello(link);
    }
    this.#options.changed(came, went, this.#options.now());
  }

  /**
   * Whether the other side must hear of it now. Of a client it hears when the client says something to
   * it, so that those who come and go and say nothing cost nobody anything.
   */
  #concerns(link: LinkEnd, came: readonly string[], went: readonly string[]): boolean {
    const known = this.#known.get(link);
    return came.some((service) => !isClient(service)) ||
      went.some((service) => !isClient(service) || known?.has(service));
  }

  #hello(link: LinkEnd): void {
    const all = this.#router.reachableWithout(link);
    const ofClient = this.#clients.has(link);
    // Clients have no business with each other.
    const told = ofClient ? all.filter((service) => !isClient(service)) : all;
    if (!ofClient) this.#known.set(link, new Set(all.filter(isClient)));
    link.hello(this.#options.process, told, ofClient ? {} : this.#usersOf(told));
  }

  /** The users of those of these services that have one. */
  #usersOf(services: readonly string[]): Users {
    const users: Record<string, User> = {};
    for (const service of services) {
      const way = isClient(service) ? this.#router.wayTo(service) : undefined;
      const user = way && this.#users.get(way)?.get(service);
      if (user !== undefined) users[service] = user;
    }
    return users;
  }

  /** A sender, with the user of whom its way is known to be. */
  #senderOf(node: string, service: string, way: Outlet): Envelope["from"] {
    const user = this.#users.get(way)?.get(service) ??
      (service.startsWith(userClientPrefix) ? nobody : undefined);
    return user === undefined ? { node, service } : { node, service, user };
  }

  /** Why a client may not announce these services. */
  #whyNotClient(link: LinkEnd, services: readonly string[]): string | undefined {
    const taken = services.find((service) => (this.#router.wayTo(service) ?? link) !== link);
    if (taken !== undefined) return `"${taken}" is another client's`;
    const before = this.#clients.get(link) ?? [];
    const same = before.length === 0 || before.join("\n") === services.join("\n");
    return same ? undefined : "a client announces its services once";
  }

  #isOwnClient(service: string): boolean {
    const way = this.#router.wayTo(service);
    return way !== undefined && this.#clients.has(way);
  }

  /**
   * Brings a message where it belongs, or says in the log that it is lost.
   *
   * @param way how it came here; undefined: a machine of this process says it.
   */
  forward(envelope: Envelope, at = this.#options.now(), way?: Outlet): void {
    const route = this.#router.route(envelope);
    switch (route.type) {
      case "here": {
        const message = this.#read(route.envelope, route.service, way, route.envelope !== envelope);
        if (message === undefined) return;
        const report = this.#reports.get(route.service);
        if (report !== undefined) return this.#report(route.envelope, report(message), way);
        return this.#options.take(route.service, route.envelope.from, message, at);
      }
      case "out":
        return this.#out(route.envelope, route.outlet, way);
      case "lost":
        this.#refusing.answerAsker(
          envelope,
          { kind: "unreachable", type: "", why: route.why },
          way,
        );
        this.#options.log(
          envelope.from.service,
          "debug",
          `message ${envelope.message.type} for ${envelope.to.service} lost: ${route.why}`,
        );
    }
  }

  #out(envelope: Envelope, outlet: Outlet, way: Outlet | undefined): void {
    const { node } = this.#options;
    const { from, to } = envelope;
    if (from.node !== node && this.#isClient(outlet)) {
      const why = "another node has no business with a client";
      return this.#refusing.count(from, to.service, { kind: "misdirected", type: "", why });
    }
    if (way !== undefined && this.#isClient(way) && !this.#mayBurden(envelope, outlet, way)) return;
    if (from.node === node && isClient(from.service)) this.#introduce(from.service, outlet);
    outlet.push(envelope);
  }

  /** Whether a client's message may go to another process, which must not be overloaded by them. */
  #mayBurden(envelope: Envelope, outlet: Outlet, way: Outlet): boolean {
    const { node, protocol } = this.#options;
    const { from, to, message } = envelope;
    const waiting = this.#links.get(outlet)?.queuedBytes ?? 0;
    const refused: Refused | undefined = waiting > clientsBytesMax
      ? {
        kind: "unsendable",
        type: "",
        why: `${waiting} bytes wait for its process; limit ${clientsBytesMax} for clients`,
      }
      : protocol && mayPass(protocol, node, { to: to.service, from, message });
    if (refused !== undefined) this.#refusing.refuse(envelope, refused, way);
    return refused === undefined;
  }

  /** The other side must know of a client before it hears from it, or it cannot answer. */
  #introduce(client: string, outlet: Outlet): void {
    const link = this.#links.get(outlet);
    if (link !== undefined && !this.#known.get(link)?.has(client)) this.#hello(link);
  }

  /** Answers a program on this node; other nodes have no business with it. */
  #report(asked: Envelope, answer: Message | undefined, way: Outlet | undefined): void {
    const { from, to } = asked;
    const { node } = this.#options;
    if (answer === undefined) {
      const why = "it takes only status/query";
      return this.#refusing.refuse(asked, { kind: "misdirected", type: "", why }, way);
    }
    if (from.node !== node) return;
    this.forward({ to: from, from: { node, service: to.service }, message: answer });
  }

  /** Reads a message at the door; undefined if it is not taken. */
  #read(
    envelope: Envelope,
    to: string,
    way: Outlet | undefined,
    isRouted: boolean,
  ): Message | undefined {
    const { from, message } = envelope;
    const { node, protocol } = this.#options;
    // What the router has wrapped for heartbeat is the runtime's own.
    if (isRouted && message.type === "heartbeat/forward") return message;
    // What a machine of this process says needs no look: it is typed.
    if (way === undefined && from.node === node && message.type !== "unread") return message;
    if (protocol === undefined) return this.#open(envelope, way);
    const entered = enter(protocol, node, { to, from, message });
    if (entered.ok) return entered.message;
    this.#refusing.refuse(envelope, entered.refused, way);
    return undefined;
  }

  #open(envelope: Envelope, way: Outlet | undefined): Message | undefined {
    try {
      return opened(envelope.message);
    } catch (error) {
      this.#refusing.refuse(envelope, { kind: "malformed", type: "", why: messageOf(error) }, way);
      return undefined;
    }
  }

  #isClient(way: Outlet): boolean {
    return this.#clients.has(way);
  }
}

/** Of a client its own link says who it is; of others, the process that they have connected to. */
function usersOf(
  { limits: { isClient: ofClient, user } }: LinkEnd,
  services: readonly string[],
  users: Users,
): ReadonlyMap<string, User> {
  const known = new Map<string, User>();
  for (const service of services) {
    const one = ofClient ? user : users[service];
    if (one !== undefined && isClient(service)) known.set(service, one);
  }
  return known;
}
