/**
 * The end of a request: stonithd informs the askers, and those that subscribed to all fencings.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import { isClient } from "../runtime/protocol.ts";
import { announce } from "./elsewhere.ts";
import type { FenceRecord, Request, StonithdState } from "./state.ts";

/** Finished requests that are remembered. */
export const historyMax = 100;
/** Characters of an error that are reported. */
const detailCharactersMax = 1024;

/** How a request ended. */
export interface Outcome {
  readonly ok: boolean;
  /** The node whose device confirmed it. */
  readonly delegate: string;
  /** Which device, where that node says so. */
  readonly device?: string | undefined;
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
  if (made.announced) announce(state, made, ok && delegate === state.self, out);
  const { target, action, incarnation } = made;
  const detail = ok
    ? "confirmed by the device"
    : made.failures.join("; ").slice(0, detailCharactersMax);
  if (made.askers.some(({ type }) => type === "node")) {
    out.push({ type: "cancel", name: `working ${made.key}` });
  }
  out.push({ type: "cancel", name: `request ${made.key}` }, {
    type: "log",
    level: ok ? "notice" : "err",
    text: ok
      ? `${target} is fenced (${action}) by ${delegate}` +
        (device === "" ? "" : `, device "${device}"`) +
        `, after ${Math.round(at - made.startedAt)} ms`
      : withCode("HA8001", `Cannot fence ${target} (${action}): ${detail}`),
  });
  reply(made, { ok, delegate, device, detail }, out);
  const tookMs = Math.round(at - made.startedAt);
  const happened = { target, action, ok, delegate, detail, tookMs };
  const life = incarnation === undefined ? {} : { incarnation };
  for (const service of state.subscribers) {
    out.push({
      type: "send",
      to: { service },
      message: { type: "fence/happened", ...happened, ...life },
    });
  }
  const asker = askerOf(state, made);
  note(state, { ...happened, device: ok ? device : "", asker, wallMs: wallMs(state, at) });
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

/** A device of another member has confirmed what nobody asked this node for. */
export function noteElsewhere(
  state: StonithdState,
  delegate: string,
  { target, action }: Pick<FenceRecord, "target" | "action">,
  device: string,
  at: number,
): void {
  const detail = "confirmed by the device";
  const record = { target, action, ok: true, delegate, device, detail, tookMs: 0 };
  note(state, { ...record, asker: "", wallMs: wallMs(state, at) });
}

const wallMs = ({ wallOffsetMs }: StonithdState, at: number): number =>
  Math.round(at + wallOffsetMs);

/** Milliseconds in which the same fencing may be heard of twice: by announcement and by answer. */
const sameMs = 5_000;

/** Remembers it; the same heard of twice is one. */
export function note(state: StonithdState, record: FenceRecord): void {
  const { history } = state;
  const at = history.findLastIndex(({ target }) => target === record.target);
  const before = history[at];
  const isSame = before !== undefined && before.ok && record.ok &&
    before.action === record.action && before.delegate === record.delegate &&
    record.wallMs - before.wallMs < sameMs;
  if (isSame && (before.asker === "" || record.asker === "")) {
    history[at] = record.asker === "" ? { ...before, device: record.device } : record;
    return;
  }
  history.push(record);
  if (history.length > historyMax) history.shift();
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
  { ok, delegate, device = "", detail }: Outcome & { readonly detail: string },
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
          },
        },
      });
    }
  }
}
