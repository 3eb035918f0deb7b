/**
 * The ends of a process's links: the socket it listens on, and those it keeps connecting to.
 *
 * @module
 */
import { Link, type LinkEvents, type LinkLimits, reconnectMs } from "./link.ts";
import { socketPipe } from "./pipe.ts";
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";
import { clientPrefix, isClient } from "./protocol.ts";

/** Links open at once at most: of clients, and of one process, whose old link may still close. */
export const linksMax = 256;
export const ownLinksMax = 4;
/** Milliseconds within which the other side must say who it is. */
export const helloMsMax = 5_000;
/** Bytes of a frame that a client sends at most. */
export const clientFrameBytesMax = 16 * 1024 * 1024;
/** Services that a client announces at most. */
const clientServicesMax = 4;

/** What a program that is no daemon may do. */
export const clientLimits: LinkLimits = {
  isClient: true,
  frameBytesMax: clientFrameBytesMax,
  mayNotOffer: (services) =>
    services.length > clientServicesMax
      ? `a client announces at most ${clientServicesMax} services`
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
): Promise<Endpoint> {
  const most = limits.isClient ? linksMax : ownLinksMax;
  try {
    const other = await Deno.connect({ transport: "unix", path });
    other.close();
    throw new Deno.errors.AddrInUse(
      `Cannot listen on "${path}": another process does. Stop it, or give this node a run folder of its own.`,
    );
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw error;
    await Deno.remove(path).catch(() => {});
  }
  // The mode must be right from the first moment: a later chmod would leave a window.
  const listener = Deno.listen({ transport: "unix", path });
  const links = new Set<Link>();
  const reading = (async () => {
    for await (const connection of listener) {
      if (links.size >= most) {
        connection.close();
        continue;
      }
      const late = setTimer(
        () => link.close(`did not say who it is within ${helloMsMax} ms`),
        helloMsMax,
      );
      const link: Link = new Link(socketPipe(connection), {
        onServices: (...said) => {
          clearTimer(late);
          events.onServices(...said);
        },
        onEnvelope: (...said) => events.onEnvelope(...said),
        gather: (take) => events.gather === undefined ? take() : events.gather(take),
        onClosed: (gone, why) => {
          clearTimer(late);
          links.delete(link);
          events.onClosed(gone, why);
        },
      }, limits);
      links.add(link);
      onLink(link);
      void link.read();
    }
  })().catch(() => {});
  return {
    async close() {
      listener.close();
      for (const link of [...links]) link.close("this process ends");
      await reading;
      await Deno.remove(path).catch(() => {});
    },
  };
}

/** Keeps a link to a Unix socket: connects, and connects again when it is gone. */
export function keepConnected(
  path: string,
  events: LinkEvents,
  onLink: (link: Link) => void,
): Endpoint {
  let ended = false;
  let current: Link | undefined;
  let timer: Timer | undefined;
  let wake: (() => void) | undefined;
  const loop = (async () => {
    while (!ended) {
      const connection = await Deno.connect({ transport: "unix", path }).catch(() => undefined);
      if (connection !== undefined && !ended) {
        current = new Link(socketPipe(connection), events);
        onLink(current);
        await current.read();
        current = undefined;
      } else connection?.close();
      if (ended) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimer(resolve, reconnectMs);
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
