/**
 * Members that are heard but withhold their part of an entry: a report, a copy, or a place on their
 * disk. An entry needs every member, so one that never answers would keep every write waiting.
 *
 * The rule: the coordinator repeats its request for `patienceMs`, and longer where a document or an
 * entry is large, since a serial line carries 1 KiB a second. Then it reports the member to ccm, which
 * leaves it out of the next view (`ccm/withheld.ts`).
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { charactersOf } from "./bounds.ts";
import { writeDocument } from "./journal.ts";
import { type CibState, repeatMs, tipOf } from "./state.ts";

/** Milliseconds that a member may take, beside the time for what is sent. */
export const patienceMs = 30_000;
/** Characters a second that the slowest line carries. */
const charactersPerSecond = 1_024;
/** Characters of a document of another member, whose size nobody here knows, at least. */
const documentCharactersMin = 256 * 1024;

/** The request was repeated once more: reports the members that have withheld their part too long. */
export function reportWithheld(state: CibState, missing: Iterable<string>, out: Effect[]): void {
  const waitedMs = ++state.repeats * repeatMs;
  if (waitedMs < patienceMs || state.view === undefined) return;
  const { coordinator, view: { epoch } } = state;
  const seconds = charactersUnderWay(state) / charactersPerSecond;
  if (waitedMs < patienceMs + seconds * 1_000) return;
  state.repeats = 0;
  const what = coordinator.type === "writing"
    ? `entry ${coordinator.entry.index} of the CIB`
    : "its copy of the CIB";
  for (const node of missing) {
    if (node === state.self) continue;
    const message = { type: "ccm/withholds", view: epoch, node, what } as const;
    out.push({ type: "send", to: { service: "ccm" }, message });
  }
}

function charactersUnderWay(state: CibState): number {
  const { coordinator } = state;
  const tip = tipOf(state);
  const document = () => tip === undefined ? 0 : writeDocument(tip).length;
  switch (coordinator.type) {
    case "fetching":
      return Math.max(documentCharactersMin, document());
    case "writing": {
      const { writes } = coordinator.entry;
      const entry = writes.reduce((sum, { changes }) => sum + charactersOf(changes), 0);
      return entry + (state.documentSent ? document() : 0);
    }
    default:
      return 0;
  }
}
