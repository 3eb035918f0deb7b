/**
 * The sockets of a node's processes: where each listens, where each connects, and which services may
 * be announced over them. All of it follows from the list of processes.
 *
 * @module
 */
import { isClient } from "../runtime/protocol.ts";
import { describedAs, presentIn, type ProcessList } from "./description.ts";
import type { NodeConfig } from "./node_config/read.ts";

/** Path of the socket on which a process listens for clients: programs that are no daemons. */
export const socketOf = (config: Pick<NodeConfig, "run">, process: string): string =>
  `${config.run}/${process}.sock`;

/**
 * Path of the socket by which a process reaches the others of its node. Each has one of its own that no
 * other process may open: what comes by it comes from that process, and a client cannot take its place.
 */
export const linkOf = (config: Pick<NodeConfig, "run">, process: string): string =>
  `${config.run}/${process}.link`;

/** Path of the socket by which the daemons reach `logd`. */
export const logSocketOf = (config: Pick<NodeConfig, "run">): string => `${config.run}/logd.log`;

/** The sockets of one process. */
export interface Sockets {
  /** For clients. */
  readonly listenPath?: string;
  /** For other processes, each with the services that it may announce. */
  readonly linkPaths: readonly {
    readonly path: string;
    readonly mayOffer: (service: string) => boolean;
  }[];
  /** To where it connects. */
  readonly connectPaths: readonly string[];
}

/** What a process listens on and connects to. */
export function socketsOf(
  list: ProcessList,
  name: string,
  config: NodeConfig,
): Sockets {
  const { clients, linkTo } = describedAs(list, name);
  // Nobody listens for a process that does not run on this node.
  const present = presentIn(list, config, name);
  return {
    ...(clients === undefined ? {} : { listenPath: socketOf(config, name) }),
    linkPaths: linkedTo(present, name).map((child) => ({
      path: linkOf(config, child),
      mayOffer: mayOffer(present, child),
    })),
    connectPaths: linkTo === undefined ? [] : [linkOf(config, name)],
  };
}

/** Paths of all of them, the one for clients first. */
export function pathsOf({ listenPath, linkPaths, connectPaths }: Sockets): readonly string[] {
  return [
    ...(listenPath === undefined ? [] : [listenPath]),
    ...connectPaths,
    ...linkPaths.map(({ path }) => path),
  ];
}

/** Names of the processes whose link leads to this one. */
const linkedTo = (list: ProcessList, name: string): readonly string[] =>
  list.filter(({ linkTo }) => linkTo === name).map((child) => child.name);

/**
 * What a process may announce: the services of its machines, what it reports of itself
 * (`plugins@NAME`), and the same of all processes behind it, with their clients.
 */
function mayOffer(list: ProcessList, name: string): (service: string) => boolean {
  const behind = [name];
  for (const one of behind) behind.push(...linkedTo(list, one));
  const all = behind.map((one) => describedAs(list, one));
  const services = new Set(all.flatMap(({ services }) => services));
  const reporting = new Set(all.flatMap(({ name, threads = [] }) => [name, ...threads]));
  const clients = all.some((one) => one.clients === true);
  return (service) =>
    services.has(service) ||
    reporting.has(/^[a-z]+@([a-z_]+)$/.exec(service)?.[1] ?? "") ||
    (clients && isClient(service));
}
