/**
 * Rejected packets, by source and count. Otherwise a node with another key, of an earlier life or
 * of another cluster would simply not be heard, and nobody would know why. The log reports it the
 * first time and then once in a while; the daemon's status always shows it.
 *
 * Before a signature is verified, only the address identifies the sender, and a flood may use a
 * thousand addresses. So the table is bounded.
 *
 * @module
 */
import { type Code, withCode } from "../../metadata/code.ts";
import type { Drop } from "./counters.ts";
import type { Refusal } from "./codecs.ts";

/** Why something was refused: a packet that is not authentic, or an authentic one that is not for us. */
export type RefusalReason =
  | Refusal
  | Extract<
    Drop,
    "stranger" | "old generation" | "new generation" | "wrong cluster" | "second of a name"
  >
  | "not a peer";

/** One source of what is refused. */
export interface RefusalEntry {
  readonly why: RefusalReason;
  /** A node, if the packet was authentic; else an address. */
  from: string;
  readonly link: string;
  count: number;
  lastAt: number;
  loggedAt: number;
  /** Of them, before the last line of the log. */
  loggedCount: number;
}

/** All of them. */
export interface Refusals {
  readonly entries: Map<string, RefusalEntry>;
  /** The one that was renewed last, if any. */
  readonly latest: RefusalEntry[];
  /** How many came beside those of the table. */
  elsewhere: number;
}

/** One refusal. */
export interface Refused {
  readonly why: RefusalReason;
  readonly from: string;
  readonly link: string;
  /** How many at once; default 1. */
  readonly count?: number;
  /** What else is known. */
  readonly detail?: string;
}

/** Entries at most; what comes beside counts as from elsewhere. */
const entriesMax = 32;
/** Milliseconds between two lines of the log on the same. */
const logEveryMs = 60_000;
/** Milliseconds after which an entry that is not renewed makes room for another. */
const forgetMs = 600_000;

/** None. */
export const noRefusals = (): Refusals => ({ entries: new Map(), latest: [], elsewhere: 0 });

/** Takes note of a refusal; gives the line for the log, if it is time for one. */
export function noteRefusal(refusals: Refusals, at: number, refused: Refused): string | undefined {
  const { why, from, link, count = 1, detail } = refused;
  const entry = entryOf(refusals, at, why, from, link);
  if (entry === undefined) {
    refusals.elsewhere += count;
    return undefined;
  }
  entry.from = from;
  entry.count += count;
  entry.lastAt = at;
  if (at - entry.loggedAt < logEveryMs) return undefined;
  const more = entry.count - entry.loggedCount;
  entry.loggedAt = at;
  entry.loggedCount = entry.count;
  const by = link === "" ? "" : ` by ${link}`;
  const said = detail === undefined ? reasons[why].says : `${reasons[why].says} (${detail})`;
  return withCode(
    reasons[why].code,
    `Refused ${more} ${more === 1 ? "packet" : "packets"} from ${
      from || "an unknown sender"
    }${by}: ` +
      `${said}. Fix: ${reasons[why].fix}`,
  );
}

/** For the status, the latest first. */
export const refusalsShown = ({ entries, elsewhere }: Refusals, at: number) => ({
  from: [...entries.values()].sort((a, b) => b.lastAt - a.lastAt).map((entry) => ({
    why: entry.why,
    from: entry.from,
    link: entry.link,
    count: entry.count,
    agoMs: Math.round(at - entry.lastAt),
  })),
  elsewhere,
});

function entryOf(
  refusals: Refusals,
  at: number,
  why: RefusalReason,
  from: string,
  link: string,
): RefusalEntry | undefined {
  const { entries } = refusals;
  // In a flood one is as the other.
  const [latest] = refusals.latest;
  if (latest?.why === why && latest.link === link && latest.from === from) return latest;
  // A sender may use a port of its own for each packet.
  const key = `${why} ${link} ${from.replace(/:\d+$/, "")}`;
  const known = entries.get(key);
  if (known !== undefined) return refusals.latest[0] = known;
  if (entries.size >= entriesMax) {
    const [old] = [...entries].filter(([, { lastAt }]) => at - lastAt > forgetMs);
    if (old === undefined) return undefined;
    entries.delete(old[0]);
  }
  const entry = { why, from, link, count: 0, lastAt: at, loggedAt: -Infinity, loggedCount: 0 };
  entries.set(key, entry);
  return refusals.latest[0] = entry;
}

interface Reason {
  readonly code: Code;
  readonly says: string;
  readonly fix: string;
}

/** The code of a reason, as a status names it. */
export const refusalCode = (why: string): Code =>
  Object.entries(reasons).find(([reason]) => reason === why)?.[1].code ?? "HA5001";

/** What each means, and what to do. */
const reasons: Readonly<Record<RefusalReason, Reason>> = {
  "oversized": {
    code: "HA5002",
    says: "they are larger than any packet of heartbeat",
    fix: "another program uses this port; give the cluster its own port",
  },
  "unsigned": {
    code: "HA5002",
    says: "they have no signature where this node's encoding has it",
    fix: "use the same encoding on every node; or another program uses this port",
  },
  "unknown key": {
    code: "HA5001",
    says: "they are signed with an entry that this node's authkeys lacks",
    fix: "copy authkeys to every node, then send HUP to heartbeat",
  },
  "wrong signature": {
    code: "HA5001",
    says: "they are signed with another key",
    fix:
      "copy authkeys to every node, then send HUP to heartbeat; or block the sender, if it is no node",
  },
  "malformed": {
    code: "HA5002",
    says: "their signature is correct, but their content cannot be read",
    fix: "run the same version on every node",
  },
  "unpackable": {
    code: "HA5002",
    says: "they cannot be unpacked",
    fix: "run the same version on every node",
  },
  "stranger": {
    code: "HA5003",
    says: "it has the key, but is not a node of this cluster",
    fix: "add it with `ha heartbeat add`, or give the other cluster another key",
  },
  "wrong cluster": {
    code: "HA5005",
    says: "it has the key, but names another cluster",
    fix: "correct `cluster` in its node configuration, or give the other cluster another key",
  },
  "old generation": {
    code: "HA5004",
    says: "they are from before that node's last restart: delayed, or a replay",
    fix:
      "if that node runs but is not heard, its state folder is old: stop it, remove the file `generation` there, start it",
  },
  "new generation": {
    code: "HA5004",
    says: "that node has restarted, and its first status has not arrived yet",
    fix: "none needed if that node has just started; otherwise look at its log",
  },
  "second of a name": {
    code: "HA5006",
    says: "another node of that name lives, and is the one that is heard",
    fix:
      "correct `node` in the node configuration of the one that was started last; if its state was " +
      "removed, nothing: it is heard once its last life is dead",
  },
  "not a peer": {
    code: "HA5007",
    says: "too many come from addresses that belong to no peer",
    fix: "block the address in the firewall",
  },
};
