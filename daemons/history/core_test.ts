/**
 * What the history keeps of a CIB that changes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { applyChanges, readCib, textOf, versionOf } from "../cib/doors/document.ts";
import { marked } from "../cib/doors/author.ts";
import type { Effect, Event } from "../runtime/machine.ts";
import type { CibChange, Message, PastChange } from "../runtime/messages.ts";
import { history } from "./core.ts";
import { changeBytesMax, keptMax } from "./limits.ts";

/** A history beside a CIB. */
class Bench {
  readonly disk = new Map<string, Uint8Array>();
  machine = history();
  root = readCib(
    '<cib epoch="1" num_updates="0"><configuration><tags/></configuration><status/></cib>',
  );
  #query = 0;

  constructor() {
    this.start();
  }

  start(): void {
    this.machine = history();
    this.step({ type: "start", at: 0, wallMs: 0, seed: 1, node: "a", saved: new Map(this.disk) });
  }

  step(event: Event): readonly Effect[] {
    const out = this.machine.step(this.machine.state, event, false);
    for (const effect of out) {
      if (effect.type === "save" && effect.value !== undefined) {
        this.disk.set(effect.key, effect.value);
      } else if (effect.type === "save") this.disk.delete(effect.key);
      if (effect.type === "send" && effect.message.type === "cib/query") {
        const { id } = effect.message;
        this.say({
          type: "cib/document",
          id,
          version: versionOf(this.root),
          xml: textOf(this.root),
        });
      }
    }
    return out;
  }

  say(message: Message): readonly Effect[] {
    return this.step({ type: "message", at: 0, from: { node: "a", service: "cib" }, message });
  }

  change(...changes: readonly CibChange[]): void {
    const done = applyChanges(this.root, changes);
    assert.ok(done.ok, JSON.stringify(done));
    this.root = done.root;
    this.say({ type: "cib/changed", version: versionOf(this.root), changes, replaced: false });
  }

  by(command: string, ...changes: readonly CibChange[]): void {
    const token = (++this.#query).toString(16).padStart(8, "0");
    const { set } = marked(this.root, { user: "ann", command, reason: "why not" }, token, 1_000);
    this.change({ op: "modify", path: "/cib", set }, ...changes);
  }

  past(epoch?: number): readonly PastChange[] {
    const out = this.step({
      type: "message",
      at: 0,
      from: { node: "a", service: "client-1" },
      message: { type: "history/query", id: "q", ...(epoch === undefined ? {} : { epoch }) },
    });
    const [answer] = out.flatMap((one) => one.type === "send" ? [one.message] : []);
    assert.ok(answer?.type === "history/answer");
    return answer.changes;
  }
}

const tag = (id: string, more = ""): CibChange => ({
  op: "create",
  path: "/cib/configuration/tags",
  xml: `<tag id="${id}"${more}/>`,
});

Deno.test("a change is kept with who, when, why, and what takes it back", () => {
  const bench = new Bench();
  const before = bench.root;
  bench.by("ha tag create t", tag("t"));
  assert.deepEqual(bench.past().map(({ version: _, ...rest }) => rest), [
    { at: "1970-01-01T00:00:01.000Z", user: "ann", command: "ha tag create t", reason: "why not" },
  ]);
  const [past] = bench.past(2);
  const back = applyChanges(bench.root, past?.inverse ?? []);
  assert.ok(back.ok);
  assert.equal(
    textOf(back.root.children[0] as typeof before),
    textOf(before.children[0] as typeof before),
  );
});

Deno.test("changes of the status, and of nothing, are none", () => {
  const bench = new Bench();
  bench.change({ op: "create", path: "/cib/status", xml: '<node_state id="a"/>' });
  bench.by("ha nothing");
  assert.deepEqual(bench.past(), []);
});

Deno.test("who made one change is not who made the next", () => {
  const bench = new Bench();
  bench.by("ha tag create t", tag("t"));
  bench.change(tag("u"));
  assert.deepEqual(bench.past().map(({ command }) => command), [undefined, "ha tag create t"]);
});

Deno.test("a new life goes on with what was kept, and says what it missed", () => {
  const bench = new Bench();
  bench.by("ha tag create t", tag("t"));
  bench.start();
  assert.equal(bench.past().length, 1);
  const done = applyChanges(bench.root, [tag("u")]);
  assert.ok(done.ok);
  bench.root = done.root;
  bench.start();
  assert.deepEqual(bench.past().map(({ left }) => left), ["away", undefined]);
  bench.by("ha tag create v", tag("v"));
  assert.equal(bench.past()[0]?.command, "ha tag create v");
});

Deno.test("changes that come as one document are a gap, and no change of their last author", () => {
  const bench = new Bench();
  const tag = (id: string): CibChange => ({
    op: "create",
    path: "/cib/configuration/tags",
    xml: `<tag id="${id}"/>`,
  });
  bench.by("ha one", tag("one"));
  // This node hears of the next two together: it gets the document of the others.
  for (const id of ["two", "three"]) {
    const { set } = marked(
      bench.root,
      { user: "ann", command: `ha ${id}`, reason: undefined },
      `0000000${id.length}`,
      1_000,
    );
    const done = applyChanges(bench.root, [{ op: "modify", path: "/cib", set }, tag(id)]);
    assert.ok(done.ok);
    bench.root = done.root;
  }
  bench.say({ type: "cib/changed", version: versionOf(bench.root), changes: [], replaced: true });
  const [last, first] = bench.past();
  assert.equal(last?.left, "away");
  assert.equal(last?.command, undefined);
  assert.equal(first?.command, "ha one");
  assert.equal(bench.past(last?.version.epoch)[0]?.inverse, undefined);
});

Deno.test("the last ones are kept, one file each; a large one without what it changed", () => {
  const bench = new Bench();
  for (let at = 0; at < keptMax + 5; at++) {
    bench.by(`ha ${at}`, tag("t", ` description="${at}"`));
  }
  assert.equal(bench.past().length, keptMax);
  assert.equal(bench.disk.size, keptMax);
  bench.start();
  assert.equal(bench.past().length, keptMax);
  assert.equal(bench.past()[0]?.command, `ha ${keptMax + 4}`);
  bench.by("ha large", tag("l", ` description="${"x".repeat(changeBytesMax)}"`));
  assert.equal(bench.past()[0]?.left, "too large");
});

Deno.test("a damaged file costs one change", () => {
  const bench = new Bench();
  bench.by("ha one", tag("a"));
  bench.by("ha two", tag("b"));
  bench.disk.set("change.0", new TextEncoder().encode("{"));
  bench.start();
  assert.deepEqual(bench.past().map(({ command }) => command), ["ha two"]);
});
