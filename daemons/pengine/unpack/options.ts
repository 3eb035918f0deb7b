/**
 * Cluster options: what the configuration says, and the defaults for what it does not.
 *
 * @module
 */
import type { ClusterOptions } from "../model.ts";
import { parseBoolean } from "./boolean.ts";
import { isInterval, parseInterval } from "./interval.ts";
import { addNvpairs } from "./nvpair.ts";
import { optionValue } from "./option_names.ts";
import { INFINITY, isScore, parseInteger, parseScore } from "./score.ts";
import { report, ruleInput, type Unpacking } from "./unpacking.ts";
import { child, type XmlElement } from "./xml.ts";

/** Reads `crm_config`. */
export function unpackOptions(unpacking: Unpacking): ClusterOptions {
  const raw = new Map<string, string>();
  const section = child(unpacking.configuration, "crm_config");
  addNvpairs(raw, section, "cluster_property_set", ruleInput(unpacking), {
    first: "cib-bootstrap-options",
  });
  const read = readerOf(unpacking, section, raw);
  const stonithEnabled = read.boolean("fencing-enabled", true);
  const strategy = read.word("node-health-strategy", [
    "none",
    "migrate-on-red",
    "only-green",
    "progressive",
    "custom",
  ]);
  const health = healthScores(strategy, read);
  return {
    raw,
    symmetric: read.boolean("symmetric-cluster", true),
    noQuorumPolicy: quorumPolicy(unpacking, read, stonithEnabled),
    stonithEnabled,
    stonithAction: read.exactly("fencing-action", ["reboot", "off"]),
    stonithTimeoutMs: read.interval("fencing-timeout", "60s"),
    stonithWatchdogTimeoutMs: read.interval("fencing-watchdog-timeout", "0"),
    haveWatchdog: read.boolean("have-watchdog", false),
    concurrentFencing: read.boolean("concurrent-fencing", true),
    fenceRemoteWithoutQuorum: read.boolean("fence-remote-without-quorum", false),
    // Without fencing there is nobody to do it.
    startupFencing: stonithEnabled && read.boolean("startup-fencing", true),
    priorityFencingDelayMs: read.interval("priority-fencing-delay", "0"),
    nodePendingTimeoutMs: read.interval("node-pending-timeout", "0"),
    stopAllResources: read.boolean("stop-all-resources", false),
    stopOrphanResources: read.boolean("stop-removed-resources", true),
    stopOrphanActions: read.boolean("cancel-removed-actions", true),
    maintenanceMode: read.boolean("maintenance-mode", false),
    startFailureIsFatal: read.boolean("start-failure-is-fatal", true),
    enableStartupProbes: read.boolean("enable-startup-probes", true),
    placementStrategy: read.word("placement-strategy", [
      "default",
      "utilization",
      "minimal",
      "balanced",
    ]),
    nodeHealthStrategy: strategy,
    nodeHealthBase: parseScore(raw.get("node-health-base")),
    ...health,
    clusterDelay: raw.get("cluster-delay") ?? "60s",
    batchLimit: parseInteger(raw.get("batch-limit")) ?? 0,
    migrationLimit: parseInteger(raw.get("migration-limit")) ?? -1,
    shutdownLock: read.boolean("shutdown-lock", false),
    shutdownLockLimitMs: read.interval("shutdown-lock-limit", "0"),
  };
}

type Reader = ReturnType<typeof readerOf>;

function readerOf(
  unpacking: Unpacking,
  section: XmlElement | undefined,
  raw: ReadonlyMap<string, string>,
) {
  const complain = (name: string, value: string, wanted: string, used: string): void => {
    if (section === undefined) return;
    report(
      unpacking,
      "error",
      section,
      `Using "${used}" for the option ${name}: "${value}" is not ${wanted}.`,
    );
  };
  return {
    raw,
    boolean(name: string, fallback: boolean): boolean {
      const text = optionValue(raw, name);
      if (text === undefined) return fallback;
      const value = parseBoolean(text);
      if (value === undefined) complain(name, text, "true or false", String(fallback));
      return value ?? fallback;
    },
    interval(name: string, fallback: string): number {
      const text = optionValue(raw, name);
      if (text === undefined) return parseInterval(fallback);
      if (!isInterval(text)) {
        complain(name, text, "a span of time such as 60s", fallback);
        return parseInterval(fallback);
      }
      return parseInterval(text);
    },
    score(name: string, fallback: number): number {
      const text = optionValue(raw, name);
      if (text === undefined) return fallback;
      if (!isScore(text)) complain(name, text, "a score", String(parseScore(text)));
      return parseScore(text);
    },
    /** As `word`, but capitals count. */
    exactly<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word {
      const text = optionValue(raw, name);
      if (text === undefined) return words[0];
      const found = words.find((word) => word === text);
      if (found === undefined) complain(name, text, `one of ${words.join(", ")}`, words[0]);
      return found ?? words[0];
    },
    word<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word {
      const text = optionValue(raw, name);
      if (text === undefined) return words[0];
      const found = words.find((word) => word === text.toLowerCase());
      if (found === undefined) complain(name, text, `one of ${words.join(", ")}`, words[0]);
      return found ?? words[0];
    },
  };
}

/** `suicide` needs fencing, and a quorum that once was; else losing quorum stops everything. */
function quorumPolicy(
  { set }: Unpacking,
  read: Reader,
  stonithEnabled: boolean,
): ClusterOptions["noQuorumPolicy"] {
  const policy = read.word("no-quorum-policy", ["stop", "freeze", "ignore", "demote", "suicide"]);
  if (policy !== "suicide") return policy;
  const everQuorate = set.quorate ||
    (parseInteger(set.cib.attributes["no-quorum-panic"]) ?? 0) !== 0;
  return stonithEnabled && everQuorate ? "suicide" : "stop";
}

function healthScores(strategy: ClusterOptions["nodeHealthStrategy"], read: Reader) {
  const own = strategy === "progressive" || strategy === "custom";
  const score = (name: string, fallback: number, fixed: number): number =>
    own ? read.score(name, fallback) : fixed;
  const bad = strategy === "migrate-on-red" || strategy === "only-green" ? -INFINITY : 0;
  return {
    nodeHealthRed: score("node-health-red", -INFINITY, bad),
    nodeHealthYellow: score("node-health-yellow", 0, strategy === "only-green" ? -INFINITY : 0),
    nodeHealthGreen: score("node-health-green", 0, 0),
  };
}
