/**
 * What a `bundle` element says.
 *
 * @module
 */
import type { BundleData } from "../model.ts";
import { parseBoolean } from "./boolean.ts";
import { parseInteger } from "./score.ts";
import { child, children, type XmlElement } from "./xml.ts";

/** A folder of the host that is seen inside. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly options?: string;
  /** The source is a root that has one folder for each replica. */
  readonly perReplica: boolean;
}

/** A bundle as configured. */
export interface WrittenBundle {
  readonly id: string;
  readonly line: number | undefined;
  readonly technology: BundleData["technology"];
  readonly image: string;
  readonly promotedMax: number;
  readonly replicaCount: number;
  readonly replicasPerHost: number;
  readonly runCommand?: string;
  readonly launcherOptions?: string;
  readonly containerNetwork?: string;
  readonly addressStart?: string;
  readonly netmask?: string;
  readonly hostInterface?: string;
  readonly controlPort?: string;
  readonly addHost: boolean;
  readonly ports: readonly { readonly source: string; readonly target: string }[];
  readonly mounts: readonly Mount[];
}

/** Replicas beyond this are a slip of the pen. */
const replicasMax = 1000;

/** Reads the element; `undefined` where no technology is named. */
export function readBundle(element: XmlElement, id: string): WrittenBundle | undefined {
  const runtime = child(element, "docker") ?? child(element, "rkt") ?? child(element, "podman");
  if (runtime === undefined) return undefined;
  const of = runtime.attributes;
  const count = (text: string | undefined, minimum: number): number =>
    Math.min(replicasMax, Math.max(minimum, parseInteger(text) ?? minimum));
  const promotedMax = count(of["promoted-max"] ?? of.masters, 0);
  const replicaCount = of.replicas === undefined && promotedMax > 0
    ? promotedMax
    : count(of.replicas, 1);
  const network = child(element, "network");
  const net = network?.attributes ?? {};
  // Replicas that share the host's address cannot share the port of what is inside.
  const sharesPort = child(element, "primitive") !== undefined &&
    net["control-port"] !== undefined && net["ip-range-start"] === undefined;
  return {
    id,
    line: element.line,
    technology: runtime.name.raw as BundleData["technology"],
    image: of.image ?? "",
    promotedMax,
    replicaCount,
    replicasPerHost: sharesPort ? 1 : count(of["replicas-per-host"], 1),
    ...optional("runCommand", of["run-command"]),
    ...optional("launcherOptions", of.options),
    ...optional("containerNetwork", of.network),
    ...optional("addressStart", net["ip-range-start"]),
    ...optional("netmask", net["host-netmask"]),
    ...optional("hostInterface", net["host-interface"]),
    ...optional("controlPort", net["control-port"]),
    addHost: parseBoolean(net["add-host"]) ?? net["add-host"] === undefined,
    ports: children(network, "port-mapping").flatMap(portOf),
    mounts: children(child(element, "storage"), "storage-mapping").flatMap(mountOf),
  };
}

function portOf({ attributes }: XmlElement): { source: string; target: string }[] {
  const { port, range, "internal-port": internal } = attributes;
  const source = port ?? range;
  if (source === undefined) return [];
  return [{ source, target: (port === undefined ? undefined : internal) ?? source }];
}

function mountOf({ attributes }: XmlElement): Mount[] {
  const { "source-dir": folder, "source-dir-root": root, "target-dir": target, options } =
    attributes;
  const source = folder ?? root;
  if (source === undefined || target === undefined) return [];
  return [{
    source,
    target,
    perReplica: folder === undefined,
    ...(options === undefined ? {} : { options }),
  }];
}

/** The IPv4 address after another; the last of its range has none. */
export function addressAfter(address: string): string | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part))) return undefined;
  const [a, b, c, d] = parts as [number, number, number, number];
  if (d < 254) return [a, b, c, d + 1].join(".");
  return c < 254 ? [a, b, c + 1, 1].join(".") : undefined;
}

function optional<Key extends string>(
  key: Key,
  value: string | undefined,
): { [Name in Key]?: string } {
  return value === undefined ? {} : { [key]: value } as { [Name in Key]?: string };
}
