/**
 * The end of a request: stonithd informs the askers, and those that subscribed to all fencings.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import { isClient } from "../runtime/protocol.ts";
import { announce } from "./elsewhere.ts";
import { note, shareRecord, wallMs } from "./record.ts";
import type { FenceRecord, Request, StonithdState } from "./state.ts";

/** Characters of an error that are reported. */
const detailCharactersMax = 1024;

/** How a request ended. */
export interface Outcome {
  readonly ok: boolean;
  /** The node whose device confirmed it. */
  readonly delegate: string;
  /** Which device, where that node says so. */
  readonly device?: string | undefined;
  /** Names the execution, where that node says so. */
  readonly execution?: string | undefined;
  /** Who has confirmed it, where no device has. */
  readonly person?: string;
}

/** Nobody confirmed it to this node. */
export const failedHere = ({ self }: StonithdState): Outcome => ({ ok: false, delegate: self });

/** Answers a request. */
export function answer(
  state: StonithdState,
  made: Request,
  outcome: Outcome,
  at: number,
  out: Effect[],
): void {
  const { ok, delegate } = outcome;
  const own = delegate === state.self ? made.confirmedBy.join(", ") : "";
  const device = outcome.device ?? own;
  state.requests.delete(made.key);
  if (ok && made.returned !== undefined && endedLater(state, made, delegate)) {
    made.incarnation = made.returned;
  }
  const { target, action, incarnation, reason } = made;
  const { person } = outcome;
  if (made.announced) {
    const { execution = made.execution } = outcome;
    const end = ok && delegate === state.self
      ? { ok, by: device, execution, person } as const
      : { ok: false } as const;
    announce(state, made, end, out);
  }
  const detail = ok
    ? person === undefined ? "confirmed by the device" : `confirmed by ${person}, by hand`
    : made.failures.join("; ").slice(0, detailCharactersMax);
  if (made.askers.some(({ type }) => type === "node")) {
    out.push({ type: "cancel", name: `working ${made.key}` });
  }
  out.push({ type: "cancel", name: `request ${made.key}` }, {
    type: "log",
    level: ok ? "notice" : "err",
    text: ok
      ? fencedText(made, delegate, device, at)
      : withCode("HA8001", `Cannot fence ${target} (${action}): ${detail}`),
  });
  const { execution } = outcome;
  reply(made, { ok, delegate, device, detail, execution }, out);
  const tookMs = Math.round(at - made.startedAt);
  const happened = { target, action, ok, delegate, detail, tookMs };
  const life = incarnation === undefined ? {} : { incarnation };
  const by = { ...(ok && device !== "" ? { device } : {}), ...originOf(state, made) };
  for (const service of state.subscribers) {
    out.push({
      type: "send",
      to: { service },
      message: { type: "fence/happened", ...happened, ...life, ...by },
    });
  }
  remember(state, made, {
    ...happened,
    ...life,
    device: ok ? device : "",
    asker: askerOf(state, made),
    wallMs: wallMs(state, at),
    ...(reason === "" ? {} : { reason }),
    ...(ok && execution !== undefined && execution !== "" ? { execution } : {}),
  }, out);
}

const fencedText = (
  { target, action, startedAt }: Request,
  delegate: string,
  device: string,
  at: number,
): string =>
  `${target} is fenced (${action}) by ${delegate}` +
  (device === "" ? "" : `, device "${device}"`) + `, after ${Math.round(at - startedAt)} ms`;

/** Who was asked by another node leaves it to that one, which knows who wanted it, to inform the rest. */
function remember(
  state: StonithdState,
  made: Request,
  record: FenceRecord,
  out: Effect[],
): void {
  note(state, record);
  if (made.askers.some(({ type }) => type === "local")) shareRecord(state, record, out);
}

/**
 * Whether a confirmed strike has ended the life in which the target came back meanwhile. If the node had
 * gone down before that life, its heartbeat would be a new one: only its cluster daemon was restarted.
 * Where another node's device struck, that node says which life it was.
 */
function endedLater(state: StonithdState, made: Request, delegate: string): boolean {
  const { target, returned, generation } = made;
  if (delegate === state.self) {
    return generation !== undefined && state.generations.get(target) === generation;
  }
  const strike = state.confirmed.get(target);
  return strike?.node === delegate && strike.incarnation === returned;
}

/** Where it was asked for first, and by what. */
function originOf({ self }: StonithdState, { askers: [first] }: Request) {
  if (first === undefined) return {};
  return first.type === "node" ? { origin: first.node } : { origin: self, client: first.service };
}

/** The first asker, as text. */
function askerOf({ self }: StonithdState, { askers: [first] }: Request): string {
  if (first === undefined) return "";
  if (first.type === "node") return `${first.node}`;
  return isClient(first.service) ? `a client on ${self}` : `the cluster, on ${self}`;
}

/** Answers all askers. */
export function reply(
  { askers, target, action }: Request,
  { ok, delegate, device = "", detail, execution }: Outcome & { readonly detail: string },
  out: Effect[],
): void {
  for (const asker of askers) {
    if (asker.type === "local") {
      out.push({
        type: "send",
        to: { service: asker.service },
        message: {
          type: "fence/result",
          id: asker.id,
          target,
          action,
          ok,
          ...(ok ? { delegate } : { error: detail }),
        },
      });
    } else {
      out.push({
        type: "send",
        to: { node: asker.node, service: "stonithd" },
        message: {
          type: "peer",
          body: {
            type: "fenced",
            key: asker.key,
            ok,
            detail,
            ...(ok && device !== "" ? { device } : {}),
            ...(ok && execution !== undefined && execution !== "" ? { execution } : {}),
          },
        },
      });
    }
  }
}
