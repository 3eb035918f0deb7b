/**
 * Reads `ha.cf` of the original: what it says of nodes, times and media, and a diagnostic for every
 * directive that has no place here, with what takes its place.
 *
 * @module
 */
import { elsewhere, needless, settled } from "./ha_cf_elsewhere.ts";
import { mediaDirectives } from "./ha_cf_media.ts";
import { type Line, lineOf, type Reading } from "./ha_cf_reading.ts";
import { settingDirectives } from "./ha_cf_settings.ts";
import type { HaCf, ImportedWatchdog, Interface } from "./ha_cf_types.ts";
import { oddSpaceOf } from "./ha_cf_words.ts";

export type * from "./ha_cf_types.ts";

const directives = { ...settingDirectives, ...mediaDirectives };

/**
 * Reads the text of `ha.cf`.
 *
 * @param interfaces this machine's, to find the addresses of devices.
 */
export function readHaCf(text: string, interfaces: readonly Interface[]): HaCf {
  const reading: Reading = {
    interfaces,
    diagnostics: [],
    nodes: [],
    media: [],
    pings: [],
    rules: [],
    times: new Map(),
    once: new Set(),
    port: 694,
    baud: 19_200,
  };
  // Editors on Windows put a mark of the byte order in front.
  text.replace(/^\ufeff/, "").split("\n").forEach((whole, at) => {
    const plain = whole.replace(/#.*/, "");
    const line = lineOf(reading, plain, at + 1);
    const odd = oddSpaceOf(plain);
    if (odd !== undefined) {
      line.warning(
        `the line contains an unusual space character (${odd})`,
        "a C node reads it as part of a word; this import separates words at it",
        "replace it with a blank",
      );
    }
    if (line.directive === "") return;
    if (Object.hasOwn(directives, line.directive)) directives[line.directive]!(reading, line);
    else reportElsewhere(line);
  });
  if (reading.nodes.length === 0) {
    reading.diagnostics.push({
      severity: "error",
      path: ["ha.cf"],
      what: "no node is named",
      why: "the cluster needs a list of its nodes",
      fix: "write a line `node NAME...`",
      code: "HA1009",
    });
  }
  return haCfOf(reading);
}

/** A directive that has no place here: what takes its place. */
function reportElsewhere({ directive, words, shown, error, warning }: Line): void {
  if (needless.has(directive)) return;
  const choice = Object.hasOwn(settled, directive) ? settled[directive] : undefined;
  if (choice?.as.test(words.join(" ")) === true) return;
  const instead = Object.hasOwn(elsewhere, directive) ? elsewhere[directive] : choice?.instead;
  if (instead === undefined) {
    const name = directive.length > 40 ? `${directive.slice(0, 40)}...` : directive;
    error(
      `${JSON.stringify(name)} is not a directive of ha.cf`,
      "heartbeat would ignore it",
      "remove it",
    );
  } else if (choice !== undefined) {
    warning(
      `${directive} ${shown} changes nothing`,
      "this cluster has no such choice",
      `none needed: ${instead}`,
    );
  } else {
    warning(`${directive} is not imported`, "another setting replaces it", instead);
  }
}

/** All that was read. */
function haCfOf(reading: Reading): HaCf {
  const { times, pings, device, rules, autojoin, packing, packFromBytes } = reading;
  const deadtimeMs = times.get("deadtime") ?? 30_000;
  const [warntimeMs, deadpingMs] = [times.get("warntime"), times.get("deadping")];
  return {
    nodes: reading.nodes,
    media: reading.media,
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
    diagnostics: reading.diagnostics,
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
