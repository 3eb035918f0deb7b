/**
 * The coordinator's part: the first member of a quorate view orders all writes.
 *
 * A new view first agrees on one history: of what its members have on disk the highest term and
 * index counts, because an acknowledged write is on every disk of its view and each two quorate
 * views have a member in common. All bring themselves up to that, and store an entry of the new
 * term on top, before any write of the new view is acknowledged. Then writes go out (`entries.ts`).
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { View } from "../runtime/messages.ts";
import { bringUp, bringUpAgain } from "./bringing_up.ts";
import { digestOf } from "./digest.ts";
import { sendEntry, writeNext } from "./entries.ts";
import { type Copy, readDocument } from "./journal.ts";
import { installCopy, reportOf } from "./member.ts";
import { type CibState, type Coordinator, log, repeatMs, say, tipOf } from "./state.ts";
import { type Candidate, newest } from "./newest.ts";
import { isWithinReach } from "./reach.ts";
import type { Answer } from "./waiting.ts";
import { reportWithheld } from "./withheld.ts";
import { isSameStamp, type PeerMessage, type Report, type Stamp } from "./wire.ts";

/** Begins to coordinate the view at hand. */
export function coordinate(state: CibState, out: Effect[], answer: Answer): void {
  const reports = new Map<string, Report>([[state.self, reportOf(state)]]);
  const epoch = state.view?.epoch ?? 0;
  state.coordinator = { type: "collecting", reports };
  state.repeats = 0;
  state.documentSent = false;
  state.broughtUp.clear();
  for (const [node, { view, report }] of state.early) {
    if (view === epoch) reports.set(node, report);
    // What is for a later view stays.
    if (view <= epoch) state.early.delete(node);
  }
  out.push({ type: "timer", name: "repeat", inMs: repeatMs });
  agree(state, out, answer);
}

/** A member said what it has. */
export function onReport(
  state: CibState,
  from: string,
  report: Report,
  out: Effect[],
  answer: Answer,
): void {
  const { coordinator } = state;
  switch (coordinator.type) {
    case "collecting":
      coordinator.reports.set(from, report);
      agree(state, out, answer);
      return;
    case "fetching":
      coordinator.reports.set(from, report);
      return;
    case "writing":
    case "ready":
      // Its daemon was started again within the view: messages to it since then may be lost.
      bringUpAgain(state, from, report, out);
      return;
    case "none":
      return;
  }
}

/** Goes on once every member has said what it has. */
function agree(state: CibState, out: Effect[], answer: Answer): void {
  const { coordinator, view } = state;
  if (coordinator.type !== "collecting" || view === undefined) return;
  const { reports } = coordinator;
  reports.set(state.self, reportOf(state));
  dropUnreachable(state, view, reports, out);
  if (view.members.some(({ node }) => !reports.has(node))) return;
  const { best, discarded } = newest(view, reports, state.mayAct);
  for (const one of discarded) logDiscarded(state, one, out);
  const mine = tipOf(state);
  if (best === undefined) {
    const corrupt = view.members.filter(({ node }) => reports.get(node)?.type === "corrupt");
    if (corrupt.length > 0) {
      log(
        out,
        "crit",
        withCode(
          "HA3015",
          `No member has a CIB: the CIB of ${
            corrupt.map(({ node }) => node).join(", ")
          } is damaged and ` +
            `the other members never had one. The cluster stays without a CIB, because a new one would ` +
            `discard the data on those disks. Fix: start a node with a good copy, or put a backup in the ` +
            `place of a damaged folder "cib", or remove that folder on every node to start without data`,
        ),
      );
      return;
    }
    installCopy(state, initialCopy(state, out), out);
  } else {
    if (!mayTrust(view, best, reports, out)) return;
    if (best.node !== state.self && !(mine && isSameStamp(mine, best.tip))) {
      state.coordinator = { type: "fetching", reports, from: best.node };
      state.repeats = 0;
      say(out, best.node, { type: "fetch", view: view.epoch });
      return;
    }
  }
  begin(state, reports, out, answer);
}

/** A copy that nobody can have acknowledged gives way to the one that all others have. */
function logDiscarded({ self }: CibState, { node, tip }: Candidate, out: Effect[]): void {
  const what = `The CIB of ${node} does not count: entry ${tip.index} of term ${tip.term}`;
  const text = withCode(
    "HA3020",
    `${what} counts as never acknowledged, since members that would have it have something else. ` +
      `Fix: nothing, if that node was down or apart. If a state folder of another member was put ` +
      `back from a copy, see "ha configure history" on ${node}, and make the changes again`,
  );
  log(out, node === self ? "info" : "warning", text);
}

/**
 * A member that names numbers near their end has nothing that counts. Where others have copies, what it
 * really holds may be what nobody else here has.
 */
function dropUnreachable(
  state: CibState,
  { epoch }: View,
  reports: Map<string, Report>,
  out: Effect[],
): void {
  const hasCopy = [...reports].some(([node, report]) =>
    report.type === "copy" && (node === state.self || isReachable(state, epoch, report))
  );
  for (const [node, report] of reports) {
    if (node === state.self || report.type !== "copy") continue;
    const { term, index } = report.tip;
    if (isReachable(state, epoch, report)) continue;
    reports.set(node, { type: hasCopy ? "corrupt" : "empty" });
    const text =
      `The CIB of ${node} does not count: no cluster comes to term ${term}, entry ${index}`;
    log(out, "err", withCode("HA3015", `${text}. Fix: remove its folder "cib" and start it again`));
  }
}

const isReachable = (state: CibState, epoch: number, report: Report | undefined): boolean =>
  report?.type === "copy" && isWithinReach(report.tip, tipOf(state), epoch);

/**
 * The document that was asked for is there. It is looked at before it is saved: what is not the copy
 * that its member has reported does not count, and the others are asked instead.
 */
export function onFetched(state: CibState, text: string, out: Effect[], answer: Answer): void {
  const { coordinator } = state;
  if (coordinator.type !== "fetching") return;
  const { from, reports } = coordinator;
  const wanted = reports.get(from);
  const copy = readDocument(text);
  const why = "error" in copy
    ? `it cannot be read: ${copy.error}`
    : wanted?.type === "copy" && isSameStamp(wanted.tip, copy)
    ? undefined
    : "it is not what that node has reported";
  if (why === undefined && !("error" in copy)) {
    installCopy(state, copy, out);
    begin(state, reports, out, answer);
    return;
  }
  log(
    out,
    "err",
    withCode("HA3015", `The CIB of ${from} does not count: ${why}. Fix: check the disk of ${from}`),
  );
  // What that node really holds is not known: it may be what nobody else here has.
  reports.set(from, { type: "corrupt" });
  state.coordinator = { type: "collecting", reports };
  agree(state, out, answer);
}

/** This node has the highest copy: brings up the others and begins to write. */
function begin(
  state: CibState,
  reports: ReadonlyMap<string, Report>,
  out: Effect[],
  answer: Answer,
): void {
  const tip = tipOf(state);
  const { view } = state;
  if (tip === undefined || view === undefined) return;
  for (const { node } of view.members) {
    if (node !== state.self) bringUp(state, node, reports.get(node)!, tip, out);
  }
  state.coordinator = { type: "ready" };
  writeNext(state, out, answer, Math.max(tip.term + 1, view.epoch));
}

/**
 * A member with a damaged disk may have held an acknowledged write that nobody else here has. That
 * cannot be if the best copy is further than it was, or if the sound members are a majority of all
 * nodes by themselves: of those whose votes count, all of which were up to date when they began to.
 */
function mayTrust(
  view: View,
  best: { readonly node: string; readonly tip: Stamp },
  reports: ReadonlyMap<string, Report>,
  out: Effect[],
): boolean {
  const doubtful: string[] = [];
  for (const [node, report] of reports) {
    if (report.type !== "corrupt") continue;
    if (report.index === undefined || report.index >= best.tip.index) doubtful.push(node);
  }
  if (doubtful.length === 0) return true;
  const { electorate } = view;
  const sound =
    view.members.filter(({ node }) => electorate.includes(node) && !doubtful.includes(node)).length;
  if (2 * sound > electorate.length) return true;
  log(
    out,
    "crit",
    withCode(
      "HA3015",
      `The CIB of ${best.node} cannot be used: the damaged copy of ` +
        `${
          doubtful.sort().join(", ")
        } may have been newer, and only ${sound} of ${electorate.length} nodes ` +
        `have an undamaged one here. Fix: start more nodes, or remove the folder "cib" of the damaged node to ` +
        `accept the copy of the others`,
    ),
  );
  return false;
}

/** Says again what may have been lost. */
export function repeat(state: CibState, out: Effect[]): void {
  const { coordinator, view } = state;
  if (view === undefined || coordinator.type === "none" || coordinator.type === "ready") return;
  const ask = (node: string, message: PeerMessage) => {
    if (node !== state.self) say(out, node, message);
  };
  const missing = missingOf(coordinator, view);
  for (const node of missing) {
    if (coordinator.type === "collecting") ask(node, { type: "ask", view: view.epoch });
    else if (coordinator.type === "fetching") ask(node, { type: "fetch", view: view.epoch });
    else if (node !== state.self) sendEntry(state, node, coordinator.entry, out);
  }
  // The others see that it is not this node that they wait for.
  for (const { node } of view.members) {
    if (!missing.includes(node)) ask(node, { type: "waiting", view: view.epoch });
  }
  reportWithheld(state, missing, out);
  out.push({ type: "timer", name: "repeat", inMs: repeatMs });
}

/** The members whose answer is missing. */
function missingOf(
  coordinator: Exclude<Coordinator, { type: "none" | "ready" }>,
  { members }: View,
): readonly string[] {
  switch (coordinator.type) {
    case "collecting":
      return members.map(({ node }) => node).filter((node) => !coordinator.reports.has(node));
    case "fetching":
      return [coordinator.from];
    case "writing":
      return [...coordinator.missing].sort();
  }
}

function initialCopy({ initial: root }: CibState, out: Effect[]): Copy {
  log(out, "notice", `No member has a CIB: the cluster begins with a new one`);
  return { root, term: 0, index: 0, digest: digestOf(root), recent: [] };
}
