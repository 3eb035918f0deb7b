/**
 * What a node refuses and holds: packets that its heartbeat does not take, nodes of another version,
 * resources that its crmd holds. Without a word about it they would merely be missing.
 *
 * @module
 */
import { refusalCode } from "../../heartbeat/doors/status.ts";
import { type Code, withCode } from "../../../metadata/code.ts";
import { printable } from "../../../metadata/printable.ts";
import type { Json } from "../../runtime/messages.ts";
import { listOf, member, numberOf, textOf } from "./json_parts.ts";

/** Packets of one sender that were refused. */
export interface RefusedPackets {
  readonly why: string;
  readonly from: string;
  readonly link: string;
  readonly count: number;
  readonly agoMs: number;
}

/** All of it; each member is absent or empty if there is nothing. */
export interface HeldBack {
  readonly refused: readonly RefusedPackets[];
  /** Packets refused from senders that are not listed. */
  readonly refusedElsewhere: number;
  readonly flood?: { readonly perSecond: number; readonly forMs: number };
  /** Why messages are not packed. */
  readonly packingOff?: string;
  /** Nodes with which no message passes, and why. */
  readonly incompatible: readonly { readonly node: string; readonly why: string }[];
  /** Resources whose failures had node after node fenced. */
  readonly held: readonly string[];
  /** Why the newest configuration is not decided on. */
  readonly undecided?: string;
  /** What this node, as the coordinator, waits for before it starts a transition. */
  readonly awaits?: { readonly what: string; readonly forMs: number };
}

/** Items of each list that are read. */
const itemsMax = 64;
/** Milliseconds after which refusals of packets are history: `--json` still has them. */
const recentMs = 600_000;
/** Milliseconds that a coordinator may wait: all waits but that for the policy engine end before. */
const awaitedMsMax = 60_000;
/** Characters of a text that is shown. */
const charactersMax = 500;

/** Reads what the two daemons answer. */
export function readHeldBack(heartbeat: Json, crmd: Json): HeldBack {
  const items = (value: Json) => listOf(value).slice(0, itemsMax);
  const refused = member(heartbeat, "refused");
  const perSecond = numberOf(member(member(heartbeat, "flood"), "perSecond"));
  const packingOff = textOf(member(heartbeat, "packingOff"));
  const undecided = textOf(member(crmd, "undecided"));
  const what = textOf(member(member(crmd, "awaits"), "what"));
  return {
    refused: items(member(refused, "from")).flatMap((one) => {
      const [why, from] = [textOf(member(one, "why")), textOf(member(one, "from"))];
      const [count, agoMs] = [numberOf(member(one, "count")), numberOf(member(one, "agoMs"))];
      if (why === undefined || from === undefined) return [];
      if (count === undefined || agoMs === undefined) return [];
      return [{ why, from, link: textOf(member(one, "link")) ?? "", count, agoMs }];
    }),
    refusedElsewhere: numberOf(member(refused, "elsewhere")) ?? 0,
    ...(perSecond === undefined ? {} : {
      flood: {
        perSecond,
        forMs: numberOf(member(member(heartbeat, "flood"), "forMs")) ?? 0,
      },
    }),
    ...(packingOff === undefined ? {} : { packingOff }),
    incompatible: items(member(heartbeat, "peers")).flatMap((one) => {
      const [node, why] = [textOf(member(one, "name")), textOf(member(one, "incompatible"))];
      return node === undefined || why === undefined ? [] : [{ node, why }];
    }),
    held: items(member(crmd, "held")).flatMap((one) => textOf(one) ?? []),
    ...(undecided === undefined ? {} : { undecided }),
    ...(what === undefined ? {} : {
      awaits: { what, forMs: numberOf(member(member(crmd, "awaits"), "forMs")) ?? 0 },
    }),
  };
}

/** Warnings that go before the status. Those of heartbeat say only what is going on now. */
export function heldBack(
  { heldBack: all }: { readonly heldBack: HeldBack },
): readonly string[] {
  const { refused, flood, packingOff, incompatible } = all;
  const lines: string[] = [];
  const warn = (code: Code, text: string) => lines.push(withCode(code, text));
  if (flood !== undefined) {
    warn(
      "HA5007",
      `heartbeat rejects a flood: ${Math.round(flood.perSecond)} packets a second, for ` +
        `${
          seconds(flood.forMs)
        } s. Fix: see below who sends them, and block the address in the firewall`,
    );
  }
  for (const { why, from, link, count, agoMs } of refused) {
    // A node that has just started is heard before its status has come: that is as it should be.
    if (agoMs > recentMs || why === "new generation") continue;
    warn(
      refusalCode(why),
      `heartbeat refused ${count} ${count === 1 ? "packet" : "packets"} from ` +
        `${from === "" ? "an unknown sender" : from}${link === "" ? "" : ` by ${link}`}: ${why}; ` +
        `the last ${seconds(agoMs)} s ago. Fix: the log of heartbeat says what to do ("Refused")`,
    );
  }
  for (const { why } of incompatible) {
    warn(
      "HA5012",
      `${why}. Fix: upgrade one of them, one version at a time, until both share a version`,
    );
  }
  if (packingOff !== undefined) {
    warn(
      "HA5013",
      `heartbeat sends its messages uncompressed: ${packingOff}. Fix: choose another packing in ` +
        "node.json, and start the node again",
    );
  }
  warnOfCrmd(all, warn);
  return lines.map((line) => printable(shortened(line)));
}

/** What a coordinator, or the crmd of any node, does not do, and why. */
function warnOfCrmd(
  { held, undecided, awaits }: HeldBack,
  warn: (code: Code, text: string) => void,
): void {
  if (held.length > 0) {
    warn(
      "HA8003",
      `held, since they caused one fencing after another: ${held.join(", ")}. Fix: correct their ` +
        "configuration or their agents; a change of the configuration ends the hold",
    );
  }
  if (undecided !== undefined) {
    warn(
      "HA4002",
      `the newest configuration cannot be decided, so an earlier one is in use: ${undecided}. Fix: correct ` +
        "the configuration",
    );
  }
  if (awaits !== undefined && awaits.forMs > awaitedMsMax) {
    warn(
      "HA6011",
      `this node is the coordinator, and has started no transition for ${
        seconds(awaits.forMs)
      } s: it ` +
        `waits for ${awaits.what}. Fix: read its log from that time on`,
    );
  }
}

const seconds = (ms: number) => Math.round(ms / 1000);

const shortened = (line: string) =>
  line.length <= 2 * charactersMax
    ? line
    : `${line.slice(0, charactersMax)} ... ${line.slice(-charactersMax)}`;
