/**
 * The coordinator's part: the first member of a quorate view orders all writes.
 *
 * A new view first agrees on one history: of what its members have on disk the highest term and
 * index counts, because an acknowledged write is on every disk of its view and each two quorate
 * views have a member in common. All bring themselves up to that, and store an entry of the new
 * term on top, before any write of the new view is acknowledged. Then writes go out in batches: one
 * entry at a time, holding all that has come while the one before was on its way to the disks.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { View } from "../runtime/messages.ts";
import { digestOf } from "./digest.ts";
import { type Copy, writeDocument } from "./journal.ts";
import { commit, installCopy, prepare, reportOf, tidy } from "./member.ts";
import { type CibState, type Coordinator, log, repeatMs, say, tipOf } from "./state.ts";
import { isWithinReach } from "./reach.ts";
import { formatVersion, versionOf } from "./version.ts";
import { type Answer, nextWrites, ownerOf, queueWrites, type Wanted } from "./waiting.ts";
import { reportWithheld } from "./withheld.ts";
import type { Entry, PeerMessage, Report, Stamp } from "./wire.ts";

/** Fires when members may be brought up once more. */
export const againTimer = "bring up again";

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
  let best: { readonly node: string; readonly tip: Stamp } | undefined;
  for (const { node } of view.members) {
    const report = reports.get(node)!;
    if (report.type !== "copy") continue;
    if (best === undefined || isNewer(report.tip, best.tip)) {
      best = { node, tip: report.tip };
    }
  }
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
    if (best.node !== state.self && !(mine && isSame(mine, best.tip))) {
      state.coordinator = { type: "fetching", reports, from: best.node };
      state.repeats = 0;
      say(out, best.node, { type: "fetch", view: view.epoch });
      return;
    }
  }
  begin(state, reports, out, answer);
}

/** A member that names numbers near their end has nothing that counts: it gets the copy of the others. */
function dropUnreachable(
  state: CibState,
  { epoch }: View,
  reports: Map<string, Report>,
  out: Effect[],
): void {
  for (const [node, report] of reports) {
    if (node === state.self || report.type !== "copy") continue;
    const { term, index } = report.tip;
    if (isWithinReach(report.tip, tipOf(state), epoch)) continue;
    reports.set(node, { type: "empty" });
    const text =
      `The CIB of ${node} does not count: no cluster comes to term ${term}, entry ${index}`;
    log(out, "err", withCode("HA3015", `${text}. Fix: remove its folder "cib" and start it again`));
  }
}

/** The document that was asked for is there. */
export function onFetched(state: CibState, out: Effect[], answer: Answer): void {
  const { coordinator } = state;
  if (coordinator.type !== "fetching") return;
  const wanted = coordinator.reports.get(coordinator.from);
  const tip = tipOf(state);
  if (wanted?.type === "copy" && tip && isSame(wanted.tip, tip)) {
    begin(state, coordinator.reports, out, answer);
  }
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

/** Sends a member the whole document if what it has is something else. */
function bringUp(
  state: CibState,
  node: string,
  report: Report,
  tip: Copy | undefined,
  out: Effect[],
): void {
  if (tip === undefined || state.view === undefined) return;
  if (report.type === "copy" && isSame(report.tip, tip)) return;
  state.documentSent = true;
  log(out, "info", `${node} gets the CIB ${formatVersion(versionOf(tip.root))} as a whole`);
  say(out, node, { type: "install", view: state.view.epoch, text: writeDocument(tip) });
}

/** The same when the view has its copy already: an entry may be under way on top of it. */
function bringUpAgain(state: CibState, node: string, report: Report, out: Effect[]): void {
  if (state.broughtUp.has(node)) {
    state.broughtUp.set(node, report);
    return;
  }
  state.broughtUp.set(node, undefined);
  out.push({ type: "timer", name: againTimer, inMs: repeatMs });
  const { coordinator } = state;
  const entry = coordinator.type === "writing" ? coordinator.entry : undefined;
  const has = (index: number, digest: string) =>
    report.type === "copy" && report.tip.index === index && report.tip.digest === digest;
  if (entry === undefined || !has(entry.index, entry.after)) {
    const copies = [...state.prepared.map(({ copy }) => copy), state.copy];
    const base = entry === undefined
      ? state.copy
      : copies.find((copy) => copy?.index === entry.index - 1 && copy.digest === entry.base);
    bringUp(state, node, report, base, out);
  }
  if (entry !== undefined) sendEntry(state, node, entry, out);
}

/** The timer of `againTimer`: those that asked again meanwhile. */
export function bringUpWaiting(state: CibState, out: Effect[]): void {
  const waiting = [...state.broughtUp];
  state.broughtUp.clear();
  if (state.coordinator.type !== "writing" && state.coordinator.type !== "ready") return;
  for (const [node, report] of waiting) {
    const isMember = state.view?.members.some((member) => member.node === node);
    if (report !== undefined && isMember) bringUpAgain(state, node, report, out);
  }
}

/** Clients of one node want something written, in this order. */
export function onWrites(
  state: CibState,
  from: string,
  wanted: Wanted,
  out: Effect[],
  answer: Answer,
): void {
  queueWrites(state, from, wanted, answer);
  if (state.coordinator.type === "ready") writeNext(state, out, answer);
}

/** The timer `write`: goes on with what waits, unless an entry is under way by now. */
export function writeMore(state: CibState, out: Effect[], answer: Answer): void {
  if (state.coordinator.type === "ready") writeNext(state, out, answer);
}

/** Makes one entry of what waits, and sends it to every disk. */
function writeNext(state: CibState, out: Effect[], answer: Answer, newTerm?: number): void {
  const tip = tipOf(state);
  if (tip === undefined || state.view === undefined) return;
  const { root, writes } = nextWrites(state, tip, answer, newTerm !== undefined);
  if (writes.length === 0 && newTerm === undefined) {
    // All were refused, which took time: what else there is to do comes first.
    if (state.queue.length > 0) out.push({ type: "timer", name: "write", inMs: 0 });
    return;
  }
  const entry: Entry = {
    term: newTerm ?? tip.term,
    index: tip.index + 1,
    base: tip.digest,
    after: digestOf(root),
    writes,
  };
  const { members } = state.view;
  state.coordinator = {
    type: "writing",
    entry,
    missing: new Set(members.map(({ node }) => node)),
  };
  state.repeats = 0;
  // The others' disks work while this node's does.
  for (const { node } of members) if (node !== state.self) sendEntry(state, node, entry, out);
  if (!prepare(state, entry, out)) {
    throw new Error(`entry ${entry.index} does not fit its own copy`);
  }
  // To itself: arrives when what was saved above is on disk.
  say(out, state.self, { type: "prepared", view: state.view.epoch, index: entry.index });
  out.push({ type: "timer", name: "repeat", inMs: repeatMs });
}

function sendEntry(state: CibState, node: string, entry: Entry, out: Effect[]): void {
  say(out, node, { type: "prepare", view: state.view!.epoch, entry });
}

/** A member has the entry on disk. If it was the last one the entry is shown and acknowledged. */
export function onPrepared(
  state: CibState,
  from: string,
  index: number,
  out: Effect[],
  answer: Answer,
): void {
  const { coordinator, view } = state;
  if (coordinator.type !== "writing" || coordinator.entry.index !== index) return;
  coordinator.missing.delete(from);
  if (coordinator.missing.size > 0 || view === undefined) return;
  const { entry } = coordinator;
  for (const { node } of view.members) {
    if (node !== state.self) say(out, node, { type: "commit", view: view.epoch, index });
  }
  commit(state, index, out);
  state.coordinator = { type: "ready" };
  state.documentSent = false;
  const versions = new Map(state.copy!.recent.map(({ id, version }) => [id, version]));
  for (const { id } of entry.writes) {
    answer(ownerOf(id), id, { version: versions.get(id) ?? versionOf(state.copy!.root) });
  }
  writeNext(state, out, answer);
  tidy(state, out);
}

/** A member's copy is not what the entry builds on: it gets the whole document, then the entry. */
export function onDiverged(state: CibState, from: string, index: number, out: Effect[]): void {
  const { coordinator } = state;
  if (coordinator.type !== "writing" || coordinator.entry.index !== index) return;
  bringUpAgain(state, from, { type: "empty" }, out);
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

const isNewer = (a: Stamp, b: Stamp): boolean =>
  a.term !== b.term ? a.term > b.term : a.index > b.index;

const isSame = (a: Stamp, b: Stamp): boolean =>
  a.term === b.term && a.index === b.index && a.digest === b.digest;

function initialCopy({ initial: root }: CibState, out: Effect[]): Copy {
  log(out, "notice", `No member has a CIB: the cluster begins with a new one`);
  return { root, term: 0, index: 0, digest: digestOf(root), recent: [] };
}
