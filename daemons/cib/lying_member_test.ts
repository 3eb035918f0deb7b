/**
 * A member that has the key and lies: it harms nobody but itself.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { CibChange, View } from "../runtime/messages.ts";
import { cut } from "../runtime/pieces.ts";
import { forbidden } from "./client_rights.ts";
import { applyChanges } from "./change.ts";
import { cib } from "./core.ts";
import { digestOf } from "./digest.ts";
import { writeDocument } from "./journal.ts";
import { elementAt } from "./path.ts";
import { batchMax, type CibState } from "./state.ts";
import type { PeerMessage } from "./wire.ts";

const states = ["a", "b", "m"].map((node) =>
  `<node_state id="${node}" uname="${node}" in_ccm="true" crmd="online" join="member">` +
  `<lrm id="${node}"><lrm_resources><lrm_resource id="web"/></lrm_resources></lrm></node_state>`
).join("");
const initial = `<cib epoch="1"><configuration><crm_config/><nodes/><resources/><constraints/>` +
  `</configuration><status>${states}</status></cib>`;

/** One copy, and what its node says. The other members answer as the test has it. */
class Copy {
  readonly machine: Machine<CibState> = cib({ initial });
  readonly said: { readonly to: string; readonly message: PeerMessage }[] = [];
  readonly told: Effect[] = [];
  readonly view: View;

  constructor(readonly node: string, epoch = 7) {
    const members = ["a", "b", "m"].map((node) => ({ node, incarnation: 1, bornOn: 1 }));
    this.view = { epoch, members, quorate: true, electorate: ["a", "b", "m"] };
    this.take({ type: "start", at: 0, wallMs: 0, seed: 1, node, saved: new Map() });
    this.from(node, "ccm", { type: "ccm/view", view: this.view });
  }

  take(event: Event): void {
    for (const effect of this.machine.step(this.machine.state, event)) {
      this.told.push(effect);
      if (effect.type !== "send" || effect.message.type !== "peer") continue;
      const { part } = effect.message.body as { part: string };
      const message: PeerMessage = JSON.parse(part);
      const to = effect.to.node ?? this.node;
      this.said.push({ to, message });
      if (to === this.node) this.hear(this.node, message);
    }
  }

  from(node: string, service: string, message: Extract<Event, { type: "message" }>["message"]) {
    this.take({ type: "message", at: 1, from: { node, service }, message });
  }

  hear(node: string, message: PeerMessage): void {
    for (const body of cut(JSON.stringify(message))) {
      this.from(node, "cib", { type: "peer", body });
    }
  }

  /** The others put whatever is under way on disk. */
  store(...nodes: readonly string[]): void {
    for (;;) {
      const { coordinator } = this.machine.state;
      if (coordinator.type !== "writing") return;
      const { index } = coordinator.entry;
      for (const node of nodes) this.hear(node, { type: "prepared", view: this.view.epoch, index });
      if (this.machine.state.coordinator === coordinator) return;
    }
  }

  write(node: string, id: string, ...changes: CibChange[]): void {
    this.hear(node, { type: "apply", view: this.view.epoch, writes: [{ id, changes }] });
    this.store("b", "m");
  }

  answers(id: string) {
    return this.said.flatMap(({ to, message }) =>
      message.type === "applied" && message.id === id ? [{ to, ...message }] : []
    );
  }
}

/** The coordinator of a new cluster, which has one CIB on all three disks. */
function coordinator(): Copy {
  const copy = new Copy("a");
  for (const node of ["b", "m"]) {
    copy.hear(node, { type: "report", view: copy.view.epoch, report: { type: "empty" } });
  }
  copy.store("b", "m");
  assert.equal(copy.machine.state.coordinator.type, "ready");
  return copy;
}

const webOf = (node: string) =>
  `/cib/status/node_state[@id='${node}']/lrm[@id='${node}']/lrm_resources/lrm_resource[@id='web']`;
const stopped = `<lrm_rsc_op id="web_last_0" operation="stop" rc-code="0"/>`;

Deno.test("a member writes what it runs itself, and nothing of what others are and run", () => {
  const copy = coordinator();
  const b = "/cib/status/node_state[@id='b']";
  const forged: readonly CibChange[] = [
    { op: "create", path: webOf("b"), xml: stopped },
    { op: "replace", path: webOf("b"), xml: `<lrm_resource id="web"/>` },
    { op: "modify", path: b, set: { crmd: "offline", in_ccm: "false" } },
    { op: "delete", path: b },
    { op: "create", path: "/cib/status", xml: `<node_state id="b" uname="b" in_ccm="false"/>` },
    { op: "create", path: "/cib/status", xml: `<!-- --><node_state id="c" uname="b"/>` },
    { op: "delete", path: "/cib/status/node_state" },
    { op: "replace", path: "/cib/status", xml: "<status/>" },
    { op: "replace", path: "/cib/configuration", xml: "<status/>" },
    { op: "modify", path: "/cib/status/node_state[@id='m']", set: { uname: "b" } },
    { op: "modify", path: "/cib", set: { "dc-uuid": "m" } },
    { op: "modify", path: "/cib", set: { epoch: "9007199254740991" } },
  ];
  const before = copy.machine.state.copy!.digest;
  for (const [number, change] of forged.entries()) {
    copy.write("m", `m x.${number}`, change);
    assert.equal(copy.answers(`m x.${number}`)[0]?.ok, false, JSON.stringify(change));
  }
  assert.equal(copy.machine.state.copy!.digest, before);
  const own: readonly CibChange[] = [
    { op: "create", path: webOf("m"), xml: stopped },
    { op: "modify", path: "/cib/status/node_state[@id='m']", set: { expected: "down" } },
    { op: "create", path: "/cib/configuration/resources", xml: `<primitive id="web"/>` },
    { op: "delete", path: webOf("b") },
  ];
  for (const [number, change] of own.entries()) {
    copy.write("m", `m y.${number}`, change);
    assert.equal(copy.answers(`m y.${number}`)[0]?.ok, true, JSON.stringify(change));
  }
});

Deno.test("what is replaced stays what it was: tickets do not become the state of a node", () => {
  const node = `<node_state id="b" uname="b" in_ccm="false"/>`;
  const changes: readonly CibChange[] = [
    { op: "replace", path: "/cib/status/tickets", xml: node },
    { op: "replace", path: "/cib/configuration", xml: `<status>${node}</status>` },
    {
      op: "replace",
      path: "/cib/status/node_state[@id='b']/transient_attributes[@id='b']",
      xml: `<lrm id="b"/>`,
    },
  ];
  for (const change of changes) assert.match(forbidden([change]) ?? "", /HA3018/);
});

Deno.test("a write under the id of another member's is not taken for that one", () => {
  const copy = coordinator();
  copy.write("m", "b 1.1");
  copy.write("b", "b 1.1", { op: "create", path: webOf("b"), xml: stopped });
  assert.deepEqual(copy.answers("b 1.1").map(({ to, ok }) => `${to} ${ok}`), ["b true"]);
  const { root } = copy.machine.state.copy!;
  assert.ok(elementAt(root, `${webOf("b")}/lrm_rsc_op[@id='web_last_0']`), "it was done");
});

Deno.test("only the coordinator acknowledges", () => {
  const copy = new Copy("b");
  copy.from("b", "client-1", { type: "cib/apply", id: "w", changes: [] });
  const [id] = copy.machine.state.pending.keys();
  assert.ok(id !== undefined);
  const acknowledged = () =>
    copy.told.some((effect) => effect.type === "send" && effect.message.type === "cib/applied");
  copy.hear("m", { type: "applied", id, ok: true });
  assert.ok(!acknowledged(), "m coordinates nothing");
  copy.hear("a", { type: "applied", id, ok: true });
  assert.ok(acknowledged());
});

Deno.test("a member's writes that wait have a bound, for this view and for later ones", () => {
  const copy = coordinator();
  const writes = (first: number) =>
    Array.from({ length: batchMax }, (_, at) => ({ id: `m z.${first + at}`, changes: [] }));
  copy.hear("m", { type: "apply", view: 7, writes: writes(0) });
  for (let round = 1; round < 20; round++) {
    copy.hear("m", { type: "apply", view: 7, writes: writes(round * 1000) });
    copy.hear("m", { type: "apply", view: 2 ** 40 + round, writes: writes(round * 1000) });
  }
  assert.ok(copy.machine.state.queue.length <= batchMax, `${copy.machine.state.queue.length}`);
  copy.write("b", "b 1.2", { op: "create", path: webOf("b"), xml: stopped });
  assert.equal(copy.answers("b 1.2")[0]?.ok, true);
});

Deno.test("the numbers of the history do not end because one member names high ones", () => {
  for (const numbers of [{ term: 2 ** 53 - 1, index: 1 }, { term: 1, index: 2 ** 53 - 1 }]) {
    const copy = new Copy("a");
    const tip = { ...numbers, digest: "x" };
    copy.hear("m", { type: "report", view: 7, report: { type: "copy", tip } });
    copy.hear("b", { type: "report", view: 7, report: { type: "empty" } });
    copy.store("b", "m");
    const { term, index } = copy.machine.state.copy!;
    assert.ok(term < 100 && index < 100, `${term} ${index}`);
    copy.write("b", "b 1.1", { op: "create", path: webOf("b"), xml: stopped });
    assert.equal(copy.answers("b 1.1")[0]?.ok, true);
  }
  // The same from a coordinator.
  const copy = new Copy("b");
  const { root } = coordinator().machine.state.copy!;
  const high = { root, term: 2 ** 53 - 1, index: 5, digest: digestOf(root), recent: [] };
  copy.hear("a", { type: "install", view: 7, text: writeDocument(high) });
  assert.equal(copy.machine.state.prepared.length, 0);
  copy.hear("a", { type: "install", view: 7, text: writeDocument({ ...high, term: 3 }) });
  assert.equal(copy.machine.state.prepared.length, 1);
  const entry = { index: 6, base: high.digest, after: high.digest, writes: [] };
  copy.hear("a", { type: "prepare", view: 7, entry: { ...entry, term: 2 ** 53 - 1 } });
  assert.equal(copy.machine.state.prepared.length, 1);
  copy.hear("a", { type: "prepare", view: 7, entry: { ...entry, term: 7 } });
  assert.equal(copy.machine.state.prepared.length, 2);
});

/** The coordinator of an older view comes to one of these; the others than `m` have what it has. */
function nextView(copy: Copy, nodes: readonly string[], electorate: readonly string[]): View {
  const members = nodes.map((node) => ({ node, incarnation: 1, bornOn: 1 }));
  const view = { epoch: 9, members, quorate: true, electorate };
  copy.from(copy.node, "ccm", { type: "ccm/view", view });
  return view;
}

const stampOf = ({ term, index, digest }: NonNullable<CibState["copy"]>) => ({
  term,
  index,
  digest,
});

/** Another CIB, further than the one of the others. */
function forgedCopy(copy: Copy) {
  const { root, term, index } = copy.machine.state.copy!;
  const forged = applyChanges(root, [{ op: "modify", path: "/cib", set: { forged: "true" } }]);
  assert.ok(forged.ok);
  return { root: forged.root, term, index: index + 5, digest: digestOf(forged.root), recent: [] };
}

const isForged = ({ machine }: Copy) =>
  [machine.state.copy, ...machine.state.prepared.map(({ copy }) => copy)]
    .some((copy) => copy?.root.attributes.forged !== undefined);

Deno.test("a newer copy of one member does not count against those who would have it too", () => {
  const copy = coordinator();
  const forged = forgedCopy(copy);
  const mine = stampOf(copy.machine.state.copy!);
  nextView(copy, ["a", "b", "m"], ["a", "b", "m"]);
  copy.hear("b", { type: "report", view: 9, report: { type: "copy", tip: mine } });
  copy.hear("m", { type: "report", view: 9, report: { type: "copy", tip: stampOf(forged) } });
  assert.ok(!copy.said.some(({ message }) => message.type === "fetch"), "nobody asks for it");
  assert.ok(copy.said.some(({ to, message }) => to === "m" && message.type === "install"));
  const { coordinator: { type }, prepared } = copy.machine.state;
  assert.deepEqual([type, prepared.at(-1)?.entry.index], ["writing", mine.index + 1]);
  assert.ok(!isForged(copy));
  const said = copy.told.flatMap((effect) => effect.type === "log" ? [effect.text] : []);
  assert.ok(
    said.some((text) => /CIB of m .* counts as never .*HA3020.*history" on m/.test(text)),
    said.join(),
  );
});

Deno.test("a newer copy counts if its member may have acted with those who are not here", () => {
  for (const electorate of [["a", "c", "m"], ["a", "b", "c", "d", "m"]]) {
    const copy = coordinator();
    const newer = forgedCopy(copy);
    const mine = stampOf(copy.machine.state.copy!);
    const isMost = electorate.length === 3;
    nextView(copy, isMost ? ["a", "m"] : ["a", "b", "d", "m"], electorate);
    for (const node of isMost ? [] : ["b", "d"]) {
      copy.hear(node, { type: "report", view: 9, report: { type: "copy", tip: mine } });
    }
    copy.hear("m", { type: "report", view: 9, report: { type: "copy", tip: stampOf(newer) } });
    // With c it was two of three, but two of five.
    assert.equal(copy.machine.state.coordinator.type, isMost ? "fetching" : "writing");
  }
});

Deno.test("a copy that is fetched is compared with what was reported before it is saved", () => {
  const copy = coordinator();
  const forged = forgedCopy(copy);
  nextView(copy, ["a", "m"], ["a", "c", "m"]);
  copy.hear("m", { type: "report", view: 9, report: { type: "copy", tip: stampOf(forged) } });
  assert.equal(copy.machine.state.coordinator.type, "fetching");
  const saves = () => copy.told.filter(({ type }) => type === "save").length;
  const before = saves();
  const text = writeDocument({ ...forged, term: 2 ** 20 });
  copy.hear("m", { type: "install", view: 9, text });
  assert.ok(!isForged(copy));
  // What m really has may be what it acknowledged together with c: two of three.
  assert.equal(copy.machine.state.coordinator.type, "collecting");
  assert.equal(saves(), before);
  const said = copy.told.flatMap((effect) => effect.type === "log" ? [effect.text] : []);
  assert.ok(said.some((text) => /the damaged copy of m may have been newer/.test(text)), `${said}`);
});

Deno.test("without the copy of a liar the others go on where they are a majority", () => {
  for (const high of [false, true]) {
    const copy = coordinator();
    const forged = forgedCopy(copy);
    const mine = stampOf(copy.machine.state.copy!);
    nextView(copy, ["a", "b", "m"], ["a", "b", "m"]);
    copy.hear("b", { type: "report", view: 9, report: { type: "copy", tip: mine } });
    const tip = high ? { ...stampOf(forged), term: 2 ** 53 - 1 } : stampOf(forged);
    copy.hear("m", { type: "report", view: 9, report: { type: "copy", tip } });
    assert.equal(copy.machine.state.coordinator.type, "writing");
    assert.ok(!isForged(copy));
  }
});

Deno.test("a coordinator that goes back behind what was acknowledged is not followed", () => {
  const at = (copy: Copy) => stampOf(copy.machine.state.copy!);
  const copy = new Copy("b");
  const { root } = coordinator().machine.state.copy!;
  const shown = { root, term: 7, index: 5, digest: digestOf(root), recent: [] };
  copy.hear("a", { type: "install", view: 7, text: writeDocument(shown) });
  const entry = { term: 7, index: 6, base: shown.digest, after: shown.digest, writes: [] };
  copy.hear("a", { type: "prepare", view: 7, entry });
  copy.hear("a", { type: "commit", view: 7, index: 6 });
  assert.equal(at(copy).index, 6);
  const other = forgedCopy(copy);
  for (const back of [{ index: 5 }, { term: 6, index: 90 }, { index: 6 }]) {
    const text = writeDocument({ ...other, ...back });
    copy.hear("a", { type: "install", view: 7, text });
    assert.ok(!isForged(copy), JSON.stringify(back));
  }
  assert.ok(copy.told.some((effect) => effect.type === "log" && /HA3021/.test(effect.text)));
  copy.hear("a", { type: "install", view: 7, text: writeDocument({ ...other, index: 7 }) });
  assert.ok(isForged(copy), "what comes after it is its coordinator's to say");
});

Deno.test("a disk whose configuration is later than that of its cluster says what it gives up", () => {
  const { root } = coordinator().machine.state.copy!;
  const at = (epoch: number, term: number) => {
    const other = { ...root, attributes: { ...root.attributes, epoch: `${epoch}` } };
    const copy = { root: other, term, index: 5, digest: digestOf(other), recent: [] };
    return { type: "install" as const, view: 7, text: writeDocument(copy) };
  };
  for (const [mine, theirs, isSaid] of [[8, 6, true], [6, 6, false], [6, 8, false]] as const) {
    const copy = new Copy("b");
    copy.hear("a", at(mine, 2));
    copy.hear("a", at(theirs, 3));
    assert.equal(copy.machine.state.prepared.length, 1);
    const said = copy.told.some((effect) => effect.type === "log" && /HA3025/.test(effect.text));
    assert.equal(said, isSaid, `${mine} ${theirs}`);
  }
});
