/**
 * Reads `ha.cf` of the original: what it says of nodes, times and media, and a diagnostic for every
 * directive that has no place here, with what takes its place.
 *
 * @module
 */
import type { Diagnostic } from "../../metadata/diagnostic.ts";

/** An interface of this machine; `ha.cf` names interfaces, our media name addresses. */
export interface Interface {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
}

/** A medium as the node configuration has it. */
export interface ImportedMedium {
  readonly plugin: string;
  readonly address: string;
  readonly port: number;
  readonly peers?: readonly { readonly address: string; readonly port: number }[];
  readonly broadcast?: string;
  readonly group?: string;
  readonly ttl?: number;
  readonly loop?: boolean;
}

/** What the file says. */
export interface HaCf {
  readonly nodes: readonly string[];
  readonly media: readonly ImportedMedium[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly initdeadMs: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Directives that are not read, and what takes their place. */
const elsewhere: Readonly<Record<string, string>> = {
  warntime: "half the deadtime is warned about",
  deadping: "ping nodes are not there yet",
  ping: "ping nodes are not there yet",
  ping6: "ping nodes are not there yet",
  ping_group: "ping nodes are not there yet",
  hbaping: "ping nodes are not there yet",
  serial: "serial lines are not there yet",
  baud: "serial lines are not there yet",
  ucast6: "use medium/ucast with IPv6 addresses",
  mcast6: "use medium/ucast with IPv6 addresses",
  crm: "there is always a cluster resource manager",
  pacemaker: "there is always a cluster resource manager",
  auto_failback: "resource-stickiness in the CIB",
  nice_failback: "resource-stickiness in the CIB",
  stonith: "a stonith resource in the CIB",
  stonith_host: "a stonith resource in the CIB",
  respawn: "the recovery manager, or a resource in the CIB",
  failfast: "the recovery manager, or a resource in the CIB",
  apiauth: "the owner and mode of the sockets' folder",
  watchdog: "the watchdog plugins",
  logfacility: "loglevel of the node configuration",
  logfile: "loglevel of the node configuration",
  debugfile: "loglevel of the node configuration",
  debug: "loglevel of the node configuration",
  use_logd: "loglevel of the node configuration",
  autojoin: "nodes are named in the node configuration",
};

/** Directives that need nothing here: their work is done in any case. */
const needless = new Set(
  "msgfmt compression compression_threshold traditional_compression hopfudge max_rexmit_delay"
    .concat(" hbgenmethod uuidfrom realtime rtprio memreserve log_badpack syslogmsgfmt coredumps")
    .concat(" coreroot conn_logd_time").split(" "),
);

/**
 * Reads the text of `ha.cf`.
 *
 * @param interfaces this machine's, to find the addresses of devices.
 */
export function readHaCf(text: string, interfaces: readonly Interface[]): HaCf {
  const diagnostics: Diagnostic[] = [];
  const nodes: string[] = [];
  const media: ImportedMedium[] = [];
  const times = new Map<string, number>();
  let port = 694;
  text.split("\n").forEach((whole, at) => {
    const line = at + 1;
    const [directive = "", ...words] = whole.replace(/#.*/, "").trim().split(/\s+/);
    const report = (
      severity: Diagnostic["severity"],
      what: string,
      why: string,
      mend: string,
    ) => diagnostics.push({ severity, path: ["ha.cf"], line, what, why, mend });
    const address = (device: string): Interface | undefined => {
      const found = interfaces.find(({ name }) => name === device);
      if (found === undefined) {
        report(
          "error",
          `${directive} names "${device}"`,
          "its IPv4 address is not known",
          `give it with --interface ${device}=ADDRESS/BITS`,
        );
      }
      return found;
    };
    switch (directive) {
      case "":
        return;
      case "node":
        nodes.push(...words);
        return;
      case "keepalive":
      case "deadtime":
      case "initdead": {
        const ms = millisecondsOf(words[0] ?? "");
        if (ms === undefined) {
          report(
            "error",
            `"${words[0] ?? ""}" is no time`,
            "a time is a number",
            "write 2 or 500ms",
          );
        } else times.set(directive, ms);
        return;
      }
      case "udpport": {
        const number = Number(words[0]);
        if (Number.isInteger(number) && number > 0 && number < 65_536) port = number;
        else report("error", `"${words[0] ?? ""}" is no port`, "ports go to 65535", "write 694");
        return;
      }
      case "bcast":
        for (const device of words) {
          const own = address(device);
          if (own === undefined) continue;
          const broadcast = broadcastOf(own);
          media.push({ plugin: "medium/bcast", address: own.address, port, broadcast });
        }
        return;
      case "ucast": {
        const own = address(words[0] ?? "");
        const host = words[1] ?? "";
        // An entry for oneself is usual and harmless in the original.
        if (own === undefined || host === own.address) return;
        const known = media.findIndex((medium) =>
          medium.plugin === "medium/ucast" && medium.address === own.address
        );
        const peer = { address: host, port };
        if (known < 0) {
          media.push({ plugin: "medium/ucast", address: own.address, port, peers: [peer] });
        } else media[known] = { ...media[known]!, peers: [...media[known]!.peers ?? [], peer] };
        return;
      }
      case "mcast": {
        const [device = "", group = "", mcastPort = "", ttl = "1", loop = "0"] = words;
        const own = address(device);
        if (own === undefined) return;
        media.push({
          plugin: "medium/mcast",
          address: own.address,
          port: Number(mcastPort) || port,
          group,
          ttl: Number(ttl),
          loop: loop === "1",
        });
        return;
      }
    }
    if (needless.has(directive)) return;
    const instead = elsewhere[directive];
    if (instead === undefined) {
      report("error", `"${directive}" is no directive of ha.cf`, "nobody reads it", "remove it");
    } else {
      report("warning", `${directive} is not imported`, "it has its place elsewhere", instead);
    }
  });
  if (nodes.length === 0) {
    diagnostics.push({
      severity: "error",
      path: ["ha.cf"],
      what: "no node is named",
      why: "members must be known",
      mend: "write a line `node NAME...`",
    });
  }
  const deadtimeMs = times.get("deadtime") ?? 30_000;
  return {
    nodes: [...new Set(nodes.map((name) => name.toLowerCase()))],
    media,
    keepaliveMs: times.get("keepalive") ?? 1_000,
    deadtimeMs,
    initdeadMs: times.get("initdead") ?? initdeadOf(deadtimeMs),
    diagnostics,
  };
}

/** A number of seconds, or with `ms` or `us`; fractions are allowed. */
function millisecondsOf(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(ms|us)?$/.exec(text);
  if (parts === null) return undefined;
  const unit = parts[2] === "ms" ? 1 : parts[2] === "us" ? 0.001 : 1000;
  return Math.round(Number(parts[1]) * unit);
}

/** The original's default. */
const initdeadOf = (deadtimeMs: number): number =>
  deadtimeMs > 10_000 ? deadtimeMs : deadtimeMs > 6_000 ? 2 * deadtimeMs : 12_000;

function broadcastOf({ address, netmask }: Interface): string {
  const mask = netmask.split(".").map(Number);
  return address.split(".").map((part, at) => Number(part) | (~(mask[at] ?? 255) & 255)).join(".");
}
