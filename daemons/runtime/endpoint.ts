/**
 * The ends of a process's links: the socket it listens on, and those it keeps connecting to.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
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
import { socketPipe } from "./pipe.ts";
import { Pause } from "../../metadata/pause.ts";
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";
import { clientPrefix, isClient } from "./protocol.ts";

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
      : services.every(isClient)
      ? undefined
      : `a client announces services whose names begin with "${clientPrefix}", and no other`,
};

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
  const links = new Set<Link>();
  const { isClient = false } = limits;
  const clients = isClient ? new Clients(bounds) : undefined;
  /** Processes that have not said who they are, the first of them first. */
  const strangers = new Set<Link>();
  const serve = (connection: Deno.Conn) => {
    if (!isClient && links.size >= ownLinksMax) {
      // Only a process may hold the place of a process.
      const [first] = strangers;
      if (first === undefined) return connection.close();
      first.close(`did not say who it is, and another needs its place`);
    }
    const late = isClient ? undefined : setTimer(
      () => link.close(`did not say who it is within ${helloMsMax} ms`),
      helloMsMax,
    );
    const known = () => {
      clearTimer(late);
      strangers.delete(link);
    };
    const pipe = socketPipe(connection, isClient ? clientBufferBytes : undefined);
    const heard = watching(events, known, (gone) => links.delete(gone));
    const link: Link = new Link(pipe, heard, limits, clients);
    links.add(link);
    if (!isClient) strangers.add(link);
    onLink(link);
    void link.read();
  };
  const acceptance = new Acceptance(listener, serve);
  return {
    async close() {
      acceptance.close();
      for (const link of [...links]) link.close("this process ends");
      await acceptance.ended;
      await Deno.remove(path).catch(() => {});
    },
  };
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
async function makeFree(path: string): Promise<void> {
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
    await Deno.remove(path).catch(() => {});
  }
}

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
