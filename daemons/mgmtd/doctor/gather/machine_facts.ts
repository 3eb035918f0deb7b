/**
 * The lines of the machine's script as facts, each read as what it should be.
 *
 * @module
 */
import type { NodeConfig } from "../../../site/node_config/read.ts";
import { canonical } from "../addresses.ts";
import type { Known, Receiver } from "../facts.ts";

/** Port of a link that names none. */
const usualPort = 694;

/** Plugins of links that receive UDP packets. */
const udp = ["medium/ucast", "medium/bcast", "medium/mcast"];

/** Links that receive on a UDP port. */
const receiving = ({ media }: NodeConfig) => media.filter(({ plugin }) => udp.includes(plugin));

/** Ports of links, each once. */
export const portsOf = (config: NodeConfig): readonly number[] => [
  ...new Set(receiving(config).map(({ port = usualPort }) => port)),
];

/** Facts of the lines; what they do not say is absent. */
export function machineFacts(
  lines: readonly (readonly string[])[],
  config: NodeConfig,
): Partial<Known> {
  const of = (name: string) => lines.filter(([key]) => key === name).map(([, ...words]) => words);
  const [host = ""] = of("host")[0] ?? [];
  const [enabled, active] = of("service")[0] ?? [];
  const [clock] = of("clock")[0] ?? [];
  const descriptors = wholeNumber(of("descriptors")[0]?.[0]);
  const [log = ""] = of("log")[0] ?? [];
  const [max, usual] = (of("buffers")[0] ?? []).map(wholeNumber);
  const addresses = [
    ...of("v4").flatMap(([address = ""]) => canonical(address) ?? []),
    ...of("v6").flatMap(([digits = ""]) => canonical(spread(digits)) ?? []),
  ];
  const disks = of("disk").flatMap((words) => diskOf(words, config));
  return {
    ...(host === "" ? {} : { host }),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(disks.length === 0 ? {} : { disks }),
    ...(enabled === undefined || active === undefined ? {} : { service: { enabled, active } }),
    ...(clock === "yes" || clock === "no" ? { synchronized: clock === "yes" } : {}),
    ...(descriptors === undefined ? {} : { descriptors }),
    ...(log === "" ? {} : { log }),
    ...(max === undefined || usual === undefined ? {} : { buffers: { max, usual } }),
    receivers: of("receiver").flatMap((words) => receiverOf(words, config)),
  };
}

/** The user of the running node; undefined: it does not run. */
export const userOf = (lines: readonly (readonly string[])[]): number | undefined =>
  wholeNumber(lines.find(([key]) => key === "user")?.[1]);

function wholeNumber(text: string | undefined): number | undefined {
  if (text === "unlimited") return Infinity;
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function diskOf(words: readonly string[], { state, run }: NodeConfig): Known["disks"] {
  const [use = "", type = "", size, free] = words.flatMap((word) => word.split(" "));
  const [sizeKiB, freeKiB] = [wholeNumber(size), wholeNumber(free)];
  if (sizeKiB === undefined || freeKiB === undefined || sizeKiB === 0) return [];
  return [{ use, path: use === "state" ? state : run, type, sizeKiB, freeKiB }];
}

/** Who receives where a link does; on another address of the machine it is no matter. */
function receiverOf(words: readonly string[], config: NodeConfig): readonly Receiver[] {
  const [local = "", ours, program = ""] = words;
  const [, digits = "", hex = ""] = /^([0-9A-F]+):([0-9A-F]{4})$/.exec(local) ?? [];
  const port = parseInt(hex, 16);
  const bound = canonical(boundAddress(digits));
  const isAsked = receiving(config).some((link) =>
    (link.port ?? usualPort) === port &&
      [link.address, link.group, link.broadcast, bound].some(isAny) ||
    [link.address, link.group, link.broadcast].some((one) =>
        one !== undefined && canonical(one) === bound
      ) && (link.port ?? usualPort) === port
  );
  return isAsked ? [{ port, program, isOurs: ours === "yes" }] : [];
}

const isAny = (address: string | undefined): boolean => address === "0.0.0.0" || address === "::";

/** An address as `/proc/net/udp` has it: words of four bytes, each in the order of the machine. */
function boundAddress(digits: string): string {
  const bytes = (digits.match(/.{8}/g) ?? [])
    .flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => parseInt(byte, 16)).join(".");
  return spread(bytes.join(""));
}

/** 32 digits as groups of four. */
const spread = (digits: string): string => (digits.match(/.{4}/g) ?? []).join(":");
