import assert from "node:assert/strict";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { CibChange, CibVersion, Message, View } from "../runtime/messages.ts";
import {
  clientDocumentCharactersMax,
  documentCharactersMax,
  errorCharactersMax,
  pendingCharactersMax,
} from "./bounds.ts";
import { applyChanges, readCib } from "./change.ts";
import { uncomputable } from "./computable.ts";
import { cib } from "./core.ts";
import { elementAt } from "./path.ts";
import { type CibConfig, type CibState, heldQueriesMax, pendingMax } from "./state.ts";
import { compareVersions, formatVersion, versionOf } from "./version.ts";
import { cut } from "../runtime/pieces.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("cib_core");

const initial = `<cib epoch="1"><configuration><crm_config/><nodes>
    <node id="a" uname="a"/><node id="b" uname="b"/><node id="c" uname="c"/></nodes>
    <resources/><constraints/></configuration></cib>`;

/** Copies on nodes whose disks, links and lives are in the hands of a test. */
class World {
  readonly nodes = new Map<string, Node>();
  readonly links = new Map<string, { to: string; event: Event }[]>();
  epoch = 0;
  /** Half of the nodes may act. */
  halfActs = false;

  constructor(names: readonly string[], readonly config: CibConfig = { initial }) {
    for (const name of names) {
      this.nodes.set(name, new Node(this, name));
      this.node(name).boot();
    }
  }

  node(name: string): Node {
    return this.nodes.get(name)!;
  }

  /** A new view; its members hear of it some time later. */
  view(...members: string[]): View {
    const view: View = {
      epoch: ++this.epoch,
      members: members.map((node) => ({ node, incarnation: 1, bornOn: this.epoch })),
      quorate: 2 * members.length > this.nodes.size ||
        this.halfActs && 2 * members.length === this.nodes.size,
      electorate: [...this.nodes.keys()].sort(),
    };
    for (const node of members) this.push("ccm", node, { type: "ccm/view", view }, "ccm", node);
    return view;
  }

  push(link: string, to: string, message: Message, service: string, node: string): void {
    const event: Event = { type: "message", at: 0, from: { node, service }, message };
    const queue = this.links.get(`${link} ${to}`);
    if (queue) queue.push({ to, event });
    else this.links.set(`${link} ${to}`, [{ to, event }]);
  }

  /** What could happen next: a packet arrives, or a disk has written. */
  choices(): (() => void)[] {
    const choices: (() => void)[] = [];
    for (const queue of this.links.values()) {
      if (queue.length > 0) {
        choices.push(() => {
          const { to, event } = queue.shift()!;
          this.node(to).take(event);
        });
      }
    }
    for (const node of this.nodes.values()) {
      if (node.effects[0]?.type === "save") choices.push(() => node.sync());
    }
    return choices;
  }

  /** Lets everything happen, in an order that the generator chooses. */
  settle(random: () => number = () => 0): void {
    for (let step = 0; step < 100_000; step++) {
      const choices = this.choices();
      if (choices.length === 0) return;
      choices[Math.floor(random() * choices.length)]!();
    }
    assert.fail("never settles");
  }
}

class Node {
  machine!: Machine<CibState>;
  up = false;
  lives = 0;
  effects: Effect[] = [];
  readonly disk = new Map<string, Uint8Array>();
  readonly heard: Message[] = [];
  readonly logs: string[] = [];

  constructor(readonly world: World, readonly name: string) {}

  boot(): void {
    this.machine = recorded(cib(this.world.config));
    this.up = true;
    this.take({
      type: "start",
      at: 0,
      wallMs: 0,
      seed: ++this.lives,
      node: this.name,
      saved: new Map(this.disk),
    });
    this.client({ type: "cib/subscribe" });
  }

  crash(): void {
    this.up = false;
    this.effects = [];
    for (const [link, queue] of this.world.links) {
      if (link.endsWith(` ${this.name}`)) queue.length = 0;
    }
  }

  take(event: Event): void {
    if (!this.up) return;
    this.effects.push(...this.machine.step(this.machine.state, event));
    this.drain();
  }

  sync(): void {
    const effect = this.effects.shift();
    assert.ok(effect?.type === "save");
    if (effect.value) this.disk.set(effect.key, effect.value);
    else this.disk.delete(effect.key);
    this.drain();
  }

  drain(): void {
    while (this.effects.length > 0 && this.effects[0]!.type !== "save") {
      const effect = this.effects.shift()!;
      if (effect.type === "log") this.logs.push(effect.text);
      if (effect.type !== "send") continue;
      const { to, message } = effect;
      if (to.service === "cib") {
        this.world.push(this.name, to.node ?? this.name, message, "cib", this.name);
      } else if (to.service === "client") this.heard.push(message);
    }
  }

  client(message: Message): void {
    this.take({ type: "message", at: 0, from: { node: this.name, service: "client" }, message });
  }

  timer(name: string, at: number): void {
    this.take({ type: "timer", at, name });
  }

  write(id: string, ...changes: CibChange[]): void {
    this.client({ type: "cib/apply", id, changes });
  }

  answer(id: string) {
    const found = this.heard.find((message) => message.type === "cib/applied" && message.id === id);
    return found?.type === "cib/applied" ? found : undefined;
  }

  get state(): CibState {
    return this.machine.state;
  }

  get version(): string | undefined {
    return this.state.copy && formatVersion(versionOf(this.state.copy.root));
  }
}

const mark = (id: string): CibChange => ({
  op: "create",
  path: "/cib/status",
  xml: `<mark id="${id}"/>`,
});
const has = (state: CibState, id: string): boolean =>
  state.copy !== undefined &&
  elementAt(state.copy.root, `/cib/status/mark[@id='${id}']`) !== undefined;

scenario("a new cluster begins with the CIB that the operator gave, on every member", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  for (const node of world.nodes.values()) {
    assert.equal(node.version, "0.2.0");
    assert.ok(node.disk.has("cib.xml"));
  }
});

scenario("a write is acknowledged only when every member has it on disk", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  world.node("b").write("w", mark("m"));
  const disk = world.node("c");
  const sync = disk.sync;
  disk.sync = () => {};
  const { choices } = world;
  world.choices = () => choices.call(world).filter(() => disk.effects[0]?.type !== "save");
  world.settle();
  assert.equal(world.node("b").answer("w"), undefined);
  assert.ok(!has(world.node("a").state, "m"));
  disk.sync = sync;
  world.choices = choices;
  world.settle();
  assert.equal(world.node("b").answer("w")?.ok, true);
  for (const node of world.nodes.values()) assert.ok(has(node.state, "m"));
});

scenario("what only a minority has stored is given up, and leaves nothing on its disk", () => {
  const world = new World(["a", "b", "c", "d", "e"]);
  world.view("a", "b", "c", "d", "e");
  world.settle();
  const a = world.node("a");
  const { index } = a.state.copy!;
  const isMine = (link: string) => link.endsWith(" a") && !/^[bcde] /.test(link);
  /** What the coordinator says reaches nobody, but its own disk works. */
  const alone = () => {
    for (let count = 0; count < 50; count++) {
      if (a.effects[0]?.type === "save") a.sync();
      for (const [link, queue] of world.links) {
        if (isMine(link) && queue.length > 0) a.take(queue.shift()!.event);
      }
    }
    for (const queue of world.links.values()) queue.length = 0;
  };
  a.write("w", mark("lost"));
  alone();
  assert.equal(a.state.prepared.at(-1)?.copy.index, index + 1);
  a.crash();
  a.boot();
  // Two more members could not have stored it without a: as far as they know, it was acknowledged.
  const view = world.view("a", "b", "c");
  for (const queue of world.links.values()) queue.length = 0;
  a.take({
    type: "message",
    at: 0,
    from: { node: "a", service: "ccm" },
    message: { type: "ccm/view", view },
  });
  for (const node of ["b", "c"]) {
    const { term, digest } = world.node(node).state.copy!;
    const report = { type: "copy", tip: { term, index, digest } } as const;
    const [body] = cut(JSON.stringify({ type: "report", view: view.epoch, report }));
    a.take({
      type: "message",
      at: 0,
      from: { node, service: "cib" },
      message: { type: "peer", body: body! },
    });
  }
  alone();
  assert.equal(a.state.prepared.at(-1)?.copy.index, index + 2);
  // Now everybody is here, and nobody else has any of it.
  world.view("b", "c", "d", "e", "a");
  world.settle();
  for (let life = 0; life < 2; life++) {
    for (const node of world.nodes.values()) {
      assert.ok(!has(node.state, "lost"));
      assert.equal(node.state.copy?.index, index + 1 + life);
    }
    a.crash();
    a.boot();
    assert.equal(a.state.corrupt, undefined);
    world.view("b", "c", "d", "e", "a");
    world.settle();
  }
});

scenario("followers hear of each change once, with its version", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  world.node("c").heard.length = 0;
  world.node("a").write("w", mark("m"));
  world.settle();
  assert.deepEqual(world.node("c").heard, [{
    type: "cib/changed",
    version: { adminEpoch: 0, epoch: 2, numUpdates: 1 },
    changes: [mark("m")],
    replaced: false,
  }]);
});

scenario("writes that come while a disk is busy go out together", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  const before = world.node("a").state.copy!.index;
  for (let number = 0; number < 50; number++) {
    world.node("a").write(`w${number}`, mark(`m${number}`));
  }
  world.settle();
  assert.equal(world.node("a").state.copy!.index, before + 2);
  assert.equal(world.node("b").version, "0.2.50");
});

scenario("a write that cannot be applied is refused, those beside it are done", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  world.node("c").write("bad", { op: "modify", path: "/cib/status/mark[@id='none']" });
  world.node("c").write("good", mark("m"));
  world.settle();
  assert.match(world.node("c").answer("bad")?.error ?? "", /no mark "none"/);
  assert.equal(world.node("c").answer("good")?.ok, true);
});

scenario("without quorum nothing is written", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  world.view("c");
  world.settle();
  world.node("c").write("w", mark("m"));
  world.settle();
  assert.equal(world.node("c").answer("w")?.ok, false);
  assert.match(world.node("c").answer("w")?.error ?? "", /no quorum.*HA6001/);
  assert.equal(world.node("c").answer("w")?.unknown, undefined, "it has no effect for sure");
});

scenario("a write without an acknowledgement in time says that it may take effect", () => {
  const world = new World(["a", "b", "c"]);
  world.node("a").write("w", mark("m"));
  world.node("a").timer("overdue", 30_000);
  const answer = world.node("a").answer("w");
  assert.match(answer?.error ?? "", /may still take effect/);
  assert.equal(answer?.unknown, true);
});

scenario("a node that was away is brought up to date as a whole", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  world.node("c").crash();
  world.view("a", "b");
  world.settle();
  world.node("a").write("w", mark("m"));
  world.settle();
  world.node("c").boot();
  world.view("a", "b", "c");
  world.settle();
  assert.ok(has(world.node("c").state, "m"));
});

scenario("the older coordinator takes the newer copy of a member", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  world.node("a").crash();
  world.view("b", "c");
  world.settle();
  world.node("b").write("w", mark("m"));
  world.settle();
  world.node("b").crash();
  world.node("a").boot();
  world.view("a", "c");
  world.settle();
  assert.ok(has(world.node("a").state, "m"));
  assert.equal(world.node("a").version, world.node("c").version);
});

scenario("of two nodes that went on alone the one that still runs keeps its CIB", () => {
  for (const ended of [true, false]) {
    for (const members of [["a", "b"], ["b", "a"]]) {
      const world = new World(["a", "b"]);
      world.halfActs = true;
      world.view("a", "b");
      world.settle();
      world.view("a");
      world.settle();
      world.node("a").write("w1", mark("a"));
      world.settle();
      // The term of b is the later one.
      world.view("b");
      world.settle();
      world.node("b").write("w2", mark("b"));
      world.settle();
      if (ended) {
        world.node("b").crash();
        world.node("b").boot();
      }
      world.view(...members);
      world.settle();
      const winner = ended ? "a" : "b";
      for (const { state, name } of world.nodes.values()) {
        assert.ok(state.synced, name);
        for (const node of members) assert.equal(has(state, node), node === winner, node);
      }
      // They have one copy again: neither of them is the survivor any more.
      assert.ok([...world.nodes.values()].every(({ state }) => !state.alone));
    }
  }
});

scenario("a damaged disk is refused, kept aside and replaced by what the others have", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  const node = world.node("c");
  node.crash();
  const damaged = node.disk.get("cib.xml")!.slice();
  damaged[20]! ^= 4;
  node.disk.set("cib.xml", damaged);
  world.view("a", "b");
  world.settle();
  node.boot();
  assert.match(node.logs.at(-1) ?? "", /"cib.xml".*damaged|damaged.*"cib.xml"/);
  world.view("a", "b", "c");
  world.settle();
  assert.deepEqual(node.disk.get("cib.xml.corrupt-1"), damaged);
  assert.equal(node.version, world.node("a").version);
  node.crash();
  node.boot();
  assert.equal(node.state.corrupt, undefined);
});

scenario("a cluster of damaged disks does not make up a CIB", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  for (const node of world.nodes.values()) {
    node.crash();
    node.disk.set("cib.xml", new Uint8Array(3));
    node.boot();
  }
  world.view("a", "b", "c");
  world.settle();
  assert.equal(world.node("a").version, undefined);
  assert.match(world.node("a").logs.at(-1) ?? "", /No member has a CIB: the CIB of/);
});

scenario(
  "one damaged disk of two nodes whose state is unknown stops the other from guessing",
  () => {
    const world = new World(["a", "b", "c"]);
    world.view("a", "b", "c");
    world.settle();
    world.node("c").crash();
    world.view("a", "b");
    world.settle();
    world.node("b").write("w", mark("m"));
    world.settle();
    world.node("b").crash();
    world.node("b").disk.set("cib.xml", new Uint8Array(3));
    world.node("a").crash();
    world.node("b").boot();
    world.node("c").boot();
    world.view("b", "c");
    world.settle();
    assert.equal(world.node("c").version, undefined);
    assert.match(world.node("b").logs.join("\n"), /may have been newer/);
    world.node("a").boot();
    world.view("b", "c", "a");
    world.settle();
    for (const node of world.nodes.values()) assert.ok(has(node.state, "m"));
  },
);

scenario("a write that is sent again because its answer was lost takes effect once", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  const { push } = world;
  world.push = (link, to, message, service, node) => {
    const text = JSON.stringify(message);
    if (link === "a" && to === "b" && /"(commit|applied)\\"/.test(text)) return;
    push.call(world, link, to, message, service, node);
  };
  const set = (value: string): CibChange => ({
    op: "create",
    path: "/cib/status",
    xml: `<mark id="m" value="${value}"/>`,
  });
  world.node("b").write("first", set("1"));
  world.settle();
  world.node("c").write("second", set("2"));
  world.settle();
  assert.equal(world.node("b").answer("first"), undefined);
  assert.equal(world.node("c").answer("second")?.ok, true);
  world.push = push;
  world.view("a", "b", "c");
  world.settle();
  assert.equal(world.node("b").answer("first")?.ok, true);
  const { root } = world.node("b").state.copy!;
  assert.equal(elementAt(root, "/cib/status/mark[@id='m']")?.attributes.value, "2");
});

scenario("a member whose daemon alone was started again is brought back within the view", () => {
  const world = new World(["a", "b", "c"]);
  const view = world.view("a", "b", "c");
  world.settle();
  for (const name of ["c", "a"]) {
    world.node(name).crash();
    world.node(name).boot();
    world.push("ccm", name, { type: "ccm/view", view }, "ccm", name);
    world.settle();
    world.node(name).timer("repeat", 1_000);
    world.settle();
    world.node("b").write(name, mark(name));
    world.settle();
    assert.equal(world.node("b").answer(name)?.ok, true);
    for (const node of world.nodes.values()) assert.ok(has(node.state, name), node.name);
  }
});

scenario("a document of many pieces arrives whole", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  world.node("c").crash();
  world.view("a", "b");
  world.settle();
  const xml = `<mark id="big" text="${"ü😀".repeat(50_000)}"/>`;
  world.node("b").write("w", { op: "create", path: "/cib/status", xml });
  world.settle();
  world.node("c").boot();
  world.view("a", "b", "c");
  world.settle();
  assert.ok(has(world.node("c").state, "big"));
});

/** A small generator of known quality is enough: Numerical Recipes' linear congruence, high bits. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Crashes, views and writes in any order, with the invariants checked after each step. */
function ordeal(seed: number): void {
  const random = generator(seed * 7919 + 1);
  const names = ["a", "b", "c", "d", "e"].slice(0, seed % 2 === 0 ? 3 : 5);
  const world = new World(names);
  const digests = new Map<string, string>();
  const newest = new Map<string, CibVersion>();
  const counters = new Map<string, number>();
  const acknowledged = new Map<string, number>();
  const sent = new Map<string, { readonly id: string; readonly value: number }>();
  let number = 0;
  const check = () => {
    for (const [name, node] of world.nodes) {
      const { copy, synced, coordinator, view } = node.state;
      if (!node.up || copy === undefined) continue;
      const version = versionOf(copy.root);
      const text = formatVersion(version);
      assert.equal(digests.get(text) ?? copy.digest, copy.digest, `CIB1: ${text} on ${name}`);
      digests.set(text, copy.digest);
      const before = newest.get(name);
      assert.ok(!before || compareVersions(version, before) >= 0, `CIB2: ${text} on ${name}`);
      newest.set(name, version);
      for (const counter of names) {
        const element = elementAt(copy.root, `/cib/status/counter[@id='${counter}']`);
        const value = Number(element?.attributes.value ?? "0");
        const key = `${name} ${counter}`;
        assert.ok(value >= (counters.get(key) ?? 0), `a write took effect twice on ${name}`);
        counters.set(key, value);
      }
      if (synced && coordinator.type === "ready") {
        for (const [id, epoch] of acknowledged) {
          if (view!.epoch >= epoch) assert.ok(has(node.state, id), `CIB3: ${id} lost on ${name}`);
        }
      }
    }
    for (const [name, node] of world.nodes) {
      const waiting = sent.get(name);
      const answer = waiting && node.answer(waiting.id);
      if (!answer) continue;
      sent.delete(name);
      if (answer.ok) acknowledged.set(waiting.id, node.state.view?.epoch ?? world.epoch);
    }
  };
  for (let step = 0; step < 1_200; step++) {
    const dice = random();
    const name = names[Math.floor(random() * names.length)]!;
    const node = world.node(name);
    if (dice < 0.02) {
      if (node.up) {
        node.crash();
        sent.delete(name);
      } else node.boot();
    } else if (dice < 0.06) {
      const up = names.filter((name) => world.node(name).up && random() < 0.85);
      if (up.length > 0) world.view(...up.toSorted(() => random() - 0.5));
    } else if (dice < 0.16 && node.up && !sent.has(name)) {
      const id = `w${++number}`;
      sent.set(name, { id, value: number });
      const counter = `<counter id="${name}" value="${number}"/>`;
      node.write(id, mark(id), { op: "create", path: "/cib/status", xml: counter });
    } else if (dice < 0.17) {
      node.timer("repeat", 0);
      node.timer("bring up again", 0);
    } else {
      const choices = world.choices();
      choices[Math.floor(random() * choices.length)]?.();
    }
    check();
  }
  for (const node of world.nodes.values()) if (!node.up) node.boot();
  world.view(...names);
  world.settle(random);
  check();
  for (const node of world.nodes.values()) {
    assert.equal(node.state.copy?.digest, world.node("a").state.copy?.digest, "LIVE");
    for (const id of acknowledged.keys()) {
      assert.ok(has(node.state, id), `CIB3: ${id} lost at the end`);
    }
  }
  assert.ok(number > 0);
}

scenario(
  "CIB1 to CIB4 hold for all crashes, views and orders of events",
  () => {
    // The last two once found something that the others had not.
    for (const seed of [...Array(60).keys(), 88, 216]) {
      try {
        ordeal(seed);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  },
);

scenario("a write that the policy engine could not compute is refused, with what to do", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  const create = (xml: string): CibChange => ({
    op: "create",
    path: "/cib/configuration/resources",
    xml,
  });
  const clone = (max: string) =>
    `<clone id="c"><meta_attributes id="m"><nvpair id="n" name="clone-max" value="${max}"/>` +
    `</meta_attributes><primitive id="x" class="ocf" type="Dummy"/></clone>`;
  const apply = (node: string, id: string, changes: readonly CibChange[]) => {
    world.node(node).client({ type: "cib/apply", id, changes });
    world.settle();
    const answer = world.node(node).heard.findLast((message) =>
      message.type === "cib/applied" && message.id === id
    );
    assert.ok(answer?.type === "cib/applied");
    return answer;
  };
  for (const node of ["a", "b"]) {
    const refused = apply(node, `${node} huge`, [create(clone("1000000000"))]);
    assert.equal(refused.ok, false);
    assert.match(
      refused.error ?? "",
      /^The CIB is not changed: clone "c": clone-max is 1000000000; .* at most 512 \[HA4001\]\. Fix: /,
    );
  }
  assert.equal(apply("b", "fine", [create(clone("3"))]).ok, true);
  assert.equal(apply("a", "status", []).ok, true);
});

scenario("a CIB that came with too much can be put right step by step", () => {
  const clone = (id: string, max: string) =>
    `<clone id="${id}"><meta_attributes id="${id}-m"><nvpair id="${id}-n" name="clone-max" ` +
    `value="${max}"/></meta_attributes><primitive id="${id}-x" class="ocf" type="Dummy"/></clone>`;
  const old = readCib(
    `<cib><configuration><crm_config/><nodes/><resources>${clone("c", "9999")}${
      clone("d", "9999")
    }</resources></configuration><status/></cib>`,
  );
  const after = (change: CibChange) => {
    const applied = applyChanges(old, [change]);
    assert.ok(applied.ok);
    return uncomputable(old, applied.root);
  };
  const resources = "/cib/configuration/resources";
  assert.equal(after({ op: "delete", path: `${resources}/clone[@id='c']` }), undefined);
  assert.equal(after({ op: "modify", path: "/cib/status", set: { x: "1" } }), undefined);
  assert.match(
    after({ op: "create", path: resources, xml: clone("e", "513") }) ?? "",
    /clone "e": clone-max is 513/,
  );
});

scenario("no more writes wait than the bound allows; what is beyond it is refused at once", () => {
  const world = new World(["a", "b", "c"]);
  const node = world.node("a");
  const write = (id: string) => node.client({ type: "cib/apply", id, changes: [] });
  for (let at = 0; at < pendingMax; at++) write(`${at}`);
  assert.equal(node.heard.length, 0, "there is no view yet: all wait");
  write("one more");
  assert.deepEqual(node.heard.map((message) => message.type === "cib/applied" && message.id), [
    "one more",
  ]);
  assert.match(JSON.stringify(node.heard), /4096 changes wait already/);
  assert.equal(node.machine.state.pending.size, pendingMax);
});

scenario("sound copies of exactly half of the nodes are not trusted over a damaged one", () => {
  for (const sound of [2, 3]) {
    const names = ["a", "b", "c", "d"];
    const world = new World(names);
    world.view(...names);
    world.settle();
    const damaged = world.node("d");
    damaged.crash();
    for (const key of damaged.disk.keys()) damaged.disk.set(key, new Uint8Array([1]));
    damaged.boot();
    const members = [...names.slice(0, sound), "d"];
    world.view(...members);
    world.settle();
    const { synced } = world.node("a").machine.state;
    assert.equal(synced, sound === 3, `${sound} of 4 are sound`);
    if (sound === 2) assert.match(world.node("a").logs.join("\n"), /only 2 of 4 nodes/);
  }
});

scenario("a write whose error quotes a long path does not hold up those behind it", () => {
  const world = new World(["a", "b", "c"]);
  world.view("a", "b", "c");
  world.settle();
  const node = world.node("b");
  node.write("bad", { op: "modify", path: `/cib/status/x[@id='${"y".repeat(65_000)}']` });
  node.write("good", mark("m"));
  world.settle();
  assert.equal(node.answer("bad")?.ok, false);
  assert.ok((node.answer("bad")?.error?.length ?? 0) <= errorCharactersMax + 3);
  assert.equal(node.answer("good")?.ok, true);
});

scenario("a CIB that no frame could carry is refused, and can be made smaller", () => {
  const world = new World(["a", "b"]);
  world.view("a", "b");
  world.settle();
  const node = world.node("b");
  const large = (id: string, size: number): CibChange => ({
    op: "create",
    path: "/cib/status",
    xml: `<mark id="${id}" is="${"x".repeat(size)}"/>`,
  });
  const half = documentCharactersMax / 2;
  node.write("one", large("one", half));
  world.settle();
  assert.equal(node.answer("one")?.ok, true);
  node.write("two", large("two", half));
  world.settle();
  assert.match(node.answer("two")?.error ?? "", /limit 20971520 \[HA3012\]\. Fix: /);
  // Short, but deep: in the saved form each of its lines begins with spaces.
  const deep = 200;
  const lines = "<a/>".repeat(20_000);
  const xml = `${"<x>".repeat(deep)}${lines}${"</x>".repeat(deep)}`;
  node.write("deep", { op: "create", path: "/cib/status", xml });
  world.settle();
  assert.match(node.answer("deep")?.error ?? "", /limit 20971520/);
  node.write("less", { op: "delete", path: "/cib/status/mark[@id='one']" });
  world.settle();
  assert.equal(node.answer("less")?.ok, true);
});

scenario("what waits is bounded in characters, and asked for in parts", () => {
  const world = new World(["a", "b"]);
  const node = world.node("b");
  const size = pendingCharactersMax / 4;
  const xml = `<mark is="${"x".repeat(size)}"/>`;
  for (let at = 0; at < 4; at++) {
    node.write(`${at}`, { op: "create", path: "/cib/status", xml });
  }
  assert.match(node.answer("3")?.error ?? "", /Fix: try again later/);
  assert.equal(node.machine.state.pending.size, 3);
  world.view("a", "b");
  world.settle();
  for (let at = 0; at < 3; at++) assert.equal(node.answer(`${at}`)?.ok, true);
});

scenario("a client leaves room in the CIB for what the daemons write", () => {
  const world = new World(["a"]);
  world.view("a");
  world.settle();
  const node = world.node("a");
  const set = { is: "x".repeat(clientDocumentCharactersMax) };
  const ask = (service: string): void => {
    const message: Message = {
      type: "cib/apply",
      id: service,
      changes: [{ op: "modify", path: "/cib/status", set }],
    };
    node.take({ type: "message", at: 0, from: { node: "a", service }, message });
  };
  const { pending } = node.machine.state;
  ask("client-1");
  assert.equal(pending.size, 0);
  ask("crmd");
  assert.equal(pending.size, 1);
});

scenario(
  "a write that would take seconds is refused, and so many do not take them together",
  () => {
    const world = new World(["a"]);
    world.view("a");
    world.settle();
    const node = world.node("a");
    node.write("tags", {
      op: "create",
      path: "/cib/status",
      xml: `<mark>${"<a/>".repeat(300_000)}</mark>`,
    });
    world.settle();
    assert.match(node.answer("tags")?.error ?? "", /Fix: write them in several parts/);
    node.write("wide", {
      op: "create",
      path: "/cib/status",
      xml: `<mark>${"<a/>".repeat(100_000)}</mark>`,
    });
    world.settle();
    assert.equal(node.answer("wide")?.ok, true);
    const into: CibChange = { op: "modify", path: "/cib/status/mark", set: { is: "x" } };
    node.write("walks", ...Array.from({ length: 1_000 }, () => into));
    node.write("next", mark("m"));
    world.settle();
    assert.match(node.answer("walks")?.error ?? "", /Fix: write them in several parts/);
    node.timer("write", 0);
    world.settle();
    assert.equal(node.answer("next")?.ok, true);
  },
);

Deno.test("queries wait for the CIB up to a bound, and the first of more learns that it waits no longer", () => {
  const machine = cib({ initial });
  const ask = (id: string) =>
    machine.step(machine.state, {
      type: "message",
      at: 0,
      from: { node: "", service: "client-1" },
      message: { type: "cib/query", id },
    }, false);
  for (let at = 0; at < heldQueriesMax; at++) assert.deepEqual(ask(`q${at}`), []);
  const [refused] = ask("more");
  assert.ok(refused?.type === "send" && refused.message.type === "refused");
  const { id, kind, error } = refused.message;
  assert.deepEqual([refused.to.service, id, kind], ["client-1", "q0", "unsendable"]);
  assert.match(error, /64 queries wait for the CIB already \[HA0026\]/);
});
