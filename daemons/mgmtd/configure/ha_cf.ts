/**
 * Reads `ha.cf` of the original: what it says of nodes, times and media, and a diagnostic for every
 * directive that has no place here, with what takes its place.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import { isLinkLocal } from "../../../metadata/special/mod.ts";
import { elsewhere, needless, settled } from "./ha_cf_elsewhere.ts";
import { broadcastOf, isAddress, mcastTrouble, millisecondsOf, oddSpaceOf } from "./ha_cf_words.ts";

/** An interface of this machine; `ha.cf` names interfaces, our media name addresses. */
export interface Interface {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
}

/** A medium as the node configuration has it. */
export interface ImportedMedium {
  readonly plugin: string;
  readonly address?: string;
  /** Of link-local addresses. */
  readonly interface?: string;
  readonly port?: number;
  readonly peers?: readonly { readonly address: string; readonly port: number }[];
  readonly broadcast?: string;
  readonly group?: string;
  readonly ttl?: number;
  readonly loop?: boolean;
  /** A serial line, and its speed. */
  readonly device?: string;
  readonly baud?: number;
}

/** A pseudo-member as the node configuration has it. */
export interface ImportedPing {
  readonly plugin: string;
  readonly name: string;
  readonly address?: string;
  readonly addresses?: readonly string[];
}

/** A watchdog as the node configuration has it. */
export interface ImportedWatchdog {
  readonly plugin: string;
  readonly device: string;
  readonly timeoutMs: number;
}

/** Who may sign on, by names as the file has them: numbers are this machine's to know. */
export interface ImportedRule {
  readonly client: string;
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** What the file says. */
export interface HaCf {
  readonly nodes: readonly string[];
  readonly media: readonly ImportedMedium[];
  readonly pings?: readonly ImportedPing[];
  readonly watchdog?: ImportedWatchdog;
  readonly rules?: readonly ImportedRule[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly initdeadMs: number;
  readonly warntimeMs?: number;
  readonly deadpingMs?: number;
  readonly autojoin?: "none" | "other" | "any";
  readonly packing?: "zlib" | "bz2";
  readonly packFromBytes?: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the text of `ha.cf`.
 *
 * @param interfaces this machine's, to find the addresses of devices.
 */
export function readHaCf(text: string, interfaces: readonly Interface[]): HaCf {
  const diagnostics: Diagnostic[] = [];
  const nodes: string[] = [];
  const media: ImportedMedium[] = [];
  const pings: ImportedPing[] = [];
  const rules: ImportedRule[] = [];
  const times = new Map<string, number>();
  let device: string | undefined;
  let autojoin: HaCf["autojoin"];
  let packing: HaCf["packing"];
  let packFromBytes: number | undefined;
  let port = 694;
  let baud = 19_200;
  // Editors on Windows put a mark of the byte order in front.
  text.replace(/^\ufeff/, "").split("\n").forEach((whole, at) => {
    const line = at + 1;
    const plain = whole.replace(/#.*/, "");
    const [directive = "", ...words] = plain.trim().split(/\s+/);
    const report = (
      severity: Diagnostic["severity"],
      what: string,
      why: string,
      mend: string,
    ) => diagnostics.push({ severity, path: ["ha.cf"], line, what, why, mend });
    const address = (device: string, six = false, local = false): Interface | undefined => {
      const found = interfaces.find(({ name, address }) =>
        name === device && address.includes(":") === six && isLinkLocal(address) === local
      );
      if (found === undefined) {
        report(
          "error",
          `${directive} names "${device}"`,
          `its ${local ? "link-local" : six ? "IPv6" : "IPv4"} address is not known`,
          `give it with --interface ${device}=ADDRESS/BITS`,
        );
      }
      return found;
    };
    const odd = oddSpaceOf(plain);
    if (odd !== undefined) {
      report(
        "warning",
        `the line holds a space of another kind (${odd})`,
        "a C node takes it for a part of a word; here it divides words",
        "type a blank in its place",
      );
    }
    switch (directive) {
      case "":
        return;
      case "node":
        nodes.push(...words);
        return;
      case "keepalive":
      case "deadtime":
      case "initdead":
      case "warntime":
      case "deadping": {
        const ms = millisecondsOf(words[0] ?? "");
        if (ms === undefined) {
          report(
            "error",
            `"${words[0] ?? ""}" is no time`,
            "expected seconds, or a number with ms, msec, us or usec; an hour at most",
            "write 2 or 500ms",
          );
        } else times.set(directive, ms);
        return;
      }
      case "udpport": {
        const number = Number(words[0]);
        if (Number.isInteger(number) && number > 0 && number < 65_536) port = number;
        else report("error", `"${words[0] ?? ""}" is no port`, "ports go to 65535", "write 694");
        if (media.some(({ port }) => port !== undefined)) {
          report(
            "warning",
            "udpport stands behind a medium",
            "the original uses the port of before for it, and so does this import",
            "move it in front of the media",
          );
        }
        return;
      }
      case "baud": {
        const number = Number(words[0]);
        if (Number.isInteger(number) && number >= 300 && number <= 4_000_000) baud = number;
        else {
          report("error", `"${words[0] ?? ""}" is no speed`, "a line has a speed", "write 19200");
        }
        return;
      }
      case "serial":
        for (const device of words) media.push({ plugin: "medium/serial", device, baud });
        return;
      case "ping":
      case "ping6":
        for (const host of words) {
          if (!isAddress(host)) {
            report(
              "error",
              `${directive} names "${host}"`,
              "names are not looked up: a name server may be what fails",
              "write its address",
            );
          } else pings.push({ plugin: "medium/ping", name: host, address: host });
        }
        return;
      case "ping_group": {
        const [name = "", ...hosts] = words;
        const wrong = hosts.filter((host) => !isAddress(host));
        if (hosts.length === 0 || wrong.length > 0) {
          report(
            "error",
            hosts.length === 0
              ? `group "${name}" has no host`
              : `"${wrong.join(" ")}" is no address`,
            "one of its hosts must answer, and names are not looked up",
            "write ping_group NAME ADDRESS...",
          );
        } else pings.push({ plugin: "medium/ping_group", name, addresses: hosts });
        return;
      }
      case "watchdog": {
        const [path = "", ...more] = words;
        if (path.startsWith("/") && more.length === 0) device = path;
        else {
          report(
            "error",
            `"${words.join(" ").slice(0, 40)}" is no device`,
            "a watchdog is one device, by its path",
            "write watchdog /dev/watchdog",
          );
        }
        return;
      }
      case "autojoin": {
        const [how] = words;
        if (how === "none" || how === "other" || how === "any") autojoin = how;
        else {
          report(
            "error",
            `autojoin "${how ?? ""}"`,
            "there is none, other and any",
            "write one of them",
          );
        }
        return;
      }
      case "compression": {
        const how = words.join(" ").toLowerCase();
        if (how === "zlib" || how === "bz2") packing = how;
        else {
          report(
            "error",
            `compression "${how.slice(0, 40)}"`,
            "the original has zlib and bz2",
            "write one of them; without this line it is zstd",
          );
        }
        return;
      }
      case "compression_threshold": {
        const [kibibytes = ""] = words;
        const bytes = /^\d{1,6}$/.test(kibibytes) ? Number(kibibytes) * 1024 : 0;
        if (words.length === 1 && bytes >= 1024 && bytes <= 1024 * 1024) packFromBytes = bytes;
        else {
          report(
            "error",
            `"${words.join(" ").slice(0, 40)}" is no threshold`,
            "it is a whole number of kB from 1 to 1024",
            "write 2",
          );
        }
        return;
      }
      case "apiauth": {
        const [client = "", ...who] = words;
        const named = (kind: string) =>
          who.flatMap((word) => word.startsWith(`${kind}=`) ? word.slice(4).split(",") : [])
            .filter((name) => name !== "");
        const unread = who.filter((word) => !/^[ug]id=/.test(word));
        if (client === "" || unread.length > 0 || who.length === 0) {
          report(
            "error",
            `"${words.join(" ")}" does not say who may`,
            "a rule names a client, then users or groups",
            "write apiauth CLIENT uid=USER,... gid=GROUP,...",
          );
        } else rules.push({ client, users: named("uid"), groups: named("gid") });
        return;
      }
      case "bcast":
        if (words.length === 0) {
          report("error", "bcast names no device", "it has nowhere to go", "write bcast eth0");
        }
        for (const device of words) {
          const own = address(device);
          if (own === undefined) continue;
          const broadcast = broadcastOf(own);
          media.push({ plugin: "medium/bcast", address: own.address, port, broadcast });
        }
        return;
      case "ucast6":
      case "ucast": {
        const host = words[1] ?? "";
        const own = address(words[0] ?? "", directive === "ucast6", isLinkLocal(host));
        if (!isAddress(host)) {
          report(
            "error",
            `${directive} names "${host}"`,
            "names are not looked up: a name server may be what fails",
            "write its address",
          );
          return;
        }
        // An entry for oneself is usual and harmless in the original.
        if (own === undefined || host === own.address) return;
        // Link-local addresses are those of an interface, and it is reached by no other.
        const zone = isLinkLocal(own.address) ? { interface: own.name } : {};
        const known = media.findIndex((medium) =>
          medium.plugin === "medium/ucast" && medium.address === own.address &&
          medium.interface === zone.interface
        );
        const peers = media[known]?.peers ?? [];
        if (peers.some(({ address }) => address === host)) {
          report(
            "warning",
            `${directive} names ${host} twice`,
            "each packet would be sent to it twice",
            "remove one of the lines",
          );
          return;
        }
        const medium = {
          plugin: "medium/ucast",
          address: own.address,
          ...zone,
          port: media[known]?.port ?? port,
          peers: [...peers, { address: host, port }],
        };
        if (known < 0) media.push(medium);
        else media[known] = medium;
        return;
      }
      case "mcast6":
      case "mcast": {
        const [device = "", group = "", mcastPort = "", ttl = "1", loop = "0"] = words;
        const own = address(device, directive === "mcast6");
        const wrong = mcastTrouble(group, mcastPort, ttl, loop);
        if (wrong !== undefined) {
          report(
            "error",
            `"${words.join(" ")}": ${wrong}`,
            "a multicast link has a device, a group, a port, a ttl and a loop",
            `write ${directive} eth0 ${directive === "mcast6" ? "ff05::694" : "239.0.0.1"} 694 1 0`,
          );
        }
        if (own === undefined || wrong !== undefined) return;
        media.push({
          plugin: "medium/mcast",
          address: own.address,
          port: Number(mcastPort),
          group,
          ttl: Number(ttl),
          loop: loop === "1",
        });
        return;
      }
    }
    if (needless.has(directive)) return;
    const choice = Object.hasOwn(settled, directive) ? settled[directive] : undefined;
    if (choice?.as.test(words.join(" ")) === true) return;
    const instead = Object.hasOwn(elsewhere, directive) ? elsewhere[directive] : choice?.instead;
    if (instead === undefined) {
      const shown = directive.length > 40 ? `${directive.slice(0, 40)}...` : directive;
      report(
        "error",
        `${JSON.stringify(shown)} is no directive of ha.cf`,
        "nobody reads it",
        "remove it",
      );
    } else if (choice !== undefined) {
      report(
        "warning",
        `${directive} ${words.join(" ").slice(0, 40)} changes nothing`,
        "there is one way here",
        `nothing need be done: ${instead}`,
      );
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
  const [warntimeMs, deadpingMs] = [times.get("warntime"), times.get("deadping")];
  return {
    nodes: [...new Set(nodes.map((name) => name.toLowerCase()))],
    media,
    keepaliveMs: times.get("keepalive") ?? 1_000,
    deadtimeMs,
    initdeadMs: times.get("initdead") ?? initdeadOf(deadtimeMs),
    ...(pings.length === 0 ? {} : { pings }),
    ...(device === undefined ? {} : { watchdog: watchdogOf(device, deadtimeMs) }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(warntimeMs === undefined ? {} : { warntimeMs }),
    ...(deadpingMs === undefined ? {} : { deadpingMs }),
    ...(autojoin === undefined ? {} : { autojoin }),
    ...(packing === undefined ? {} : { packing }),
    ...(packFromBytes === undefined ? {} : { packFromBytes }),
    diagnostics,
  };
}

/**
 * The file says nothing of its time. After the deadtime others take the node for dead: from then on the
 * device is not fed.
 */
const watchdogOf = (device: string, deadtimeMs: number): ImportedWatchdog => ({
  plugin: "watchdog/device",
  device,
  timeoutMs: Math.max(watchdogMsMin, deadtimeMs),
});

/** The least that `watchdog/device` takes. */
const watchdogMsMin = 500;

/** The original's default. */
const initdeadOf = (deadtimeMs: number): number =>
  deadtimeMs > 10_000 ? deadtimeMs : deadtimeMs > 6_000 ? 2 * deadtimeMs : 12_000;
