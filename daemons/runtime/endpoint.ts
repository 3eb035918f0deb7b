/**
 * The ends of a process's links: the socket it listens on, and those it keeps connecting to.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { Acceptance } from "./acceptance.ts";
import { clientBounds, Clients } from "./clients.ts";
import {
  lastedMs,
  Link,
  type LinkEvents,
  type LinkLimits,
  reconnectMs,
  reconnectMsMax,
} from "./link.ts";
import { type Pipe, socketPipe } from "./pipe.ts";
import { Pause } from "../../metadata/pause.ts";
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";
import { clientPrefix, isClient, userClientPrefix } from "./protocol.ts";
import type { User } from "./user.ts";

/** Links of one process open at once at most: its old one may still close. */
export const ownLinksMax = 4;
/** Milliseconds within which a process must say who it is. */
export const helloMsMax = 5_000;
/** Bytes of a frame that a client sends at most. */
export const clientFrameBytesMax = 16 * 1024 * 1024;
/** Services that a client announces at most: all clients' fit into one hello of their process. */
const clientServicesMax = 1;
/** Bytes that are read from a client at once. */
const clientBufferBytes = 16 * 1024;

/** What a program that is no daemon may do. */
export const clientLimits: LinkLimits = {
  isClient: true,
  frameBytesMax: clientFrameBytesMax,
  mayNotOffer: (services) =>
    services.length > clientServicesMax
      ? `a client announces at most ${clientServicesMax} service`
      : services.every((one) => isClient(one) && !one.startsWith(userClientPrefix))
      ? undefined
      : `a client announces services whose names begin with "${clientPrefix}", and no other`,
};

/** The same of one whose user limits it: its names are not those of others. */
const userLimits = (user: User): LinkLimits => ({
  ...clientLimits,
  user,
  mayNotOffer: (services) =>
    services.length > clientServicesMax
      ? `a client announces at most ${clientServicesMax} service`
      : services.every((one) => one.startsWith(userClientPrefix))
      ? undefined
      : `a client of another user announces services whose names begin with "${userClientPrefix}"`,
});

/** What a process of the node may do, over a socket that is for it alone. */
export const processLimits = (mayOffer: (service: string) => boolean): LinkLimits => ({
  mayNotOffer: (services) => {
    const wrong = services.find((service) => !mayOffer(service));
    return wrong === undefined ? undefined : `"${wrong}" is not for that process to announce`;
  },
});

/** Something that can be closed. */
export interface Endpoint {
  close(): Promise<void>;
}

/**
 * Listens on a Unix socket of mode 0600; needs read, write and net permission for its path.
 *
 * A socket file that a dead process left behind is removed. One that answers is not: two
 * processes of one name would both believe to be the node's.
 */
export async function listen(
  path: string,
  events: LinkEvents,
  onLink: (link: Link) => void,
  limits: LinkLimits = clientLimits,
  bounds = clientBounds,
): Promise<Endpoint> {
  await makeFree(path);
  // The recovery manager sets the umask, so that the mode is right from the first moment. A user who
  // starts a daemon by hand may have another one.
  const listener = Deno.listen({ transport: "unix", path });
  if (((Deno.statSync(path).mode ?? 0) & 0o077) !== 0) Deno.chmodSync(path, 0o600);
  const serving = new Serving(events, onLink, limits, bounds);
  const bufferBytes = limits.isClient ? clientBufferBytes : undefined;
  const serve = (connection: Deno.Conn) =>
    serving.serve(() => socketPipe(connection, bufferBytes), () => connection.close());
  const acceptance = new Acceptance(listener, serve);
  return {
    async close() {
      acceptance.close();
      serving.close();
      await acceptance.ended;
      await Deno.remove(path).catch(() => {});
    },
  };
}

/**
 * Serves a socket that others than its owner may open. What asks the kernel who they are is no part of
 * the runtime, since only one process may: it gives each connection with its user.
 */
export type ListenToUsers = (
  path: string,
  /** `user`: absent for whom nothing limits. */
  serve: (pipe: Pipe, user: User | undefined) => void,
) => Promise<Endpoint>;

/** Listens on such a socket for clients. */
export async function listenToUsers(
  path: string,
  listen: ListenToUsers,
  events: LinkEvents,
  onLink: (link: Link) => void,
  bounds = clientBounds,
): Promise<Endpoint> {
  await makeFree(path);
  const serving = new Serving(events, onLink, clientLimits, bounds);
  const endpoint = await listen(path, (pipe, user) => {
    serving.serve(() => pipe, () => pipe.close(), user && userLimits(user));
  });
  return {
    async close() {
      serving.close();
      await endpoint.close();
      await Deno.remove(path).catch(() => {});
    },
  };
}

/** The links of one socket. */
class Serving {
  readonly #events: LinkEvents;
  readonly #onLink: (link: Link) => void;
  readonly #limits: LinkLimits;
  readonly #clients: Clients | undefined;
  readonly #links = new Set<Link>();
  /** Processes that have not said who they are, the first of them first. */
  readonly #strangers = new Set<Link>();

  constructor(
    events: LinkEvents,
    onLink: (link: Link) => void,
    limits: LinkLimits,
    bounds: typeof clientBounds,
  ) {
    this.#events = events;
    this.#onLink = onLink;
    this.#limits = limits;
    this.#clients = limits.isClient ? new Clients(bounds) : undefined;
  }

  serve(open: () => Pipe, refuse: () => void, limits = this.#limits): void {
    const { isClient = false } = limits;
    if (!isClient && this.#links.size >= ownLinksMax) {
      // Only a process may hold the place of a process.
      const [first] = this.#strangers;
      if (first === undefined) return refuse();
      first.close(`did not say who it is, and another needs its place`);
    }
    const late = isClient ? undefined : setTimer(
      () => link.close(`did not say who it is within ${helloMsMax} ms`),
      helloMsMax,
    );
    const known = () => {
      clearTimer(late);
      this.#strangers.delete(link);
    };
    const heard = watching(this.#events, known, (gone) => this.#links.delete(gone));
    const link: Link = new Link(open(), heard, limits, this.#clients);
    this.#links.add(link);
    if (!isClient) this.#strangers.add(link);
    this.#onLink(link);
    void link.read();
  }

  close(): void {
    for (const link of [...this.#links]) link.close("this process ends");
  }
}

/** The events of a link; `known` is called once its other end has said who it is, or is gone. */
function watching(events: LinkEvents, known: () => void, closed: (link: Link) => void): LinkEvents {
  return {
    onServices: (...said) => {
      known();
      events.onServices(...said);
    },
    onEnvelope: (...said) => events.onEnvelope(...said),
    onUnsendable: (...said) => events.onUnsendable?.(...said),
    gather: (take) => events.gather === undefined ? take() : events.gather(take),
    onClosed: (gone, ...why) => {
      known();
      closed(gone);
      events.onClosed(gone, ...why);
    },
  };
}

/** Removes a socket that a dead process left behind. */
export async function makeFree(path: string): Promise<void> {
  try {
    const other = await Deno.connect({ transport: "unix", path });
    other.close();
    throw new Deno.errors.AddrInUse(
      withCode(
        "HA9008",
        `Cannot listen on "${path}": another process does. Fix: stop it, or give this node its own run folder.`,
      ),
    );
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw error;
    await Deno.remove(path).catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw notRemoved(path, error);
    });
  }
}

/** The kernel would only say that the address is in use, and not which. */
const notRemoved = (path: string, error: unknown): Error =>
  new Error(
    withCode(
      "HA9008",
      `Cannot listen on "${path}": the old socket or folder cannot be removed: ${
        messageOf(error)
      }. ` +
        "Fix: move it away, and see that the folder may be written",
    ),
    { cause: error },
  );

/**
 * Keeps a link to a Unix socket: connects, and connects again when it is gone, after a pause that
 * doubles while nobody listens, and while the other side closes each link at once.
 */
export function keepConnected(
  path: string,
  events: LinkEvents,
  onLink: (link: Link) => void,
): Endpoint {
  let ended = false;
  let current: Link | undefined;
  let timer: Timer | undefined;
  let wake: (() => void) | undefined;
  const pause = new Pause(reconnectMs, reconnectMsMax);
  const loop = (async () => {
    while (!ended) {
      const connection = await Deno.connect({ transport: "unix", path }).catch(() => undefined);
      if (connection !== undefined && !ended) {
        current = new Link(socketPipe(connection), events);
        const sinceMs = performance.now();
        onLink(current);
        await current.read();
        current = undefined;
        if (performance.now() - sinceMs >= lastedMs) pause.over();
      } else connection?.close();
      if (ended) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimer(resolve, pause.nextMs());
      });
    }
  })();
  return {
    async close() {
      ended = true;
      clearTimer(timer);
      wake?.();
      current?.close("this process ends");
      await loop;
    },
  };
}
