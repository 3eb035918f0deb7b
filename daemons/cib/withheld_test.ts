/**
 * A member that is heard and withholds its part of an entry, or asks for the document without end.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect, Machine } from "../runtime/machine.ts";
import type { View } from "../runtime/messages.ts";
import { cut } from "../runtime/pieces.ts";
import { cib } from "./core.ts";
import { type CibState, repeatMs } from "./state.ts";
import { patienceMs } from "./withheld.ts";
import type { PeerMessage } from "./wire.ts";

const initial = (size = 0): string =>
  `<cib epoch="1"><configuration><crm_config/><nodes/><resources/><constraints/></configuration>` +
  `<status><mark is="${"x".repeat(size)}"/></status></cib>`;

/** The coordinator of three nodes, whose other members answer as a test has it. */
class Coordinator {
  readonly machine: Machine<CibState>;
  readonly view: View;
  at = 0;
  /** Reports to ccm. */
  readonly withheld: { readonly node: string; readonly what: string }[] = [];
  /** Types of messages to other members. */
  readonly said: string[] = [];

  constructor(size = 0) {
    this.machine = cib({ initial: initial(size) });
    const members = ["a", "b", "m"].map((node) => ({ node, incarnation: 1, bornOn: 1 }));
    this.view = { epoch: 7, members, quorate: true, electorate: ["a", "b", "m"] };
    this.#do(this.machine.step(this.machine.state, {
      type: "start",
      at: 0,
      wallMs: 0,
      seed: 1,
      node: "a",
      saved: new Map(),
    }));
    this.#message("a", "ccm", { type: "ccm/view", view: this.view });
  }

  hear(node: string, message: PeerMessage): void {
    for (const body of cut(JSON.stringify(message))) {
      this.#message(node, "cib", { type: "peer", body });
    }
  }

  report(node: string): void {
    this.hear(node, { type: "report", view: 7, report: { type: "empty" } });
  }

  prepared(node: string): void {
    const { coordinator } = this.machine.state;
    assert.ok(coordinator.type === "writing");
    this.hear(node, { type: "prepared", view: 7, index: coordinator.entry.index });
  }

  /** Lets the timer of the coordinator fire for so long. */
  pass(ms: number): void {
    for (const end = this.at + ms; this.at < end;) {
      this.at += repeatMs;
      for (const name of ["repeat", "bring up again"]) {
        this.#do(this.machine.step(this.machine.state, { type: "timer", at: this.at, name }));
      }
    }
  }

  #message(node: string, service: string, message: Parameters<typeof messageOf>[2]): void {
    this.#do(this.machine.step(this.machine.state, messageOf(node, service, message, this.at)));
  }

  #do(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== "send") continue;
      const { to, message } = effect;
      if (message.type === "ccm/withholds") this.withheld.push(message);
      if (message.type !== "peer") continue;
      const said: PeerMessage = JSON.parse((message.body as { part: string }).part);
      if (to.node === "a") this.hear("a", said);
      else this.said.push(`${to.node} ${said.type}`);
    }
  }
}

const messageOf = (
  node: string,
  service: string,
  message: Extract<Parameters<Machine["step"]>[1], { type: "message" }>["message"],
  at: number,
) => ({ type: "message", at, from: { node, service }, message }) as const;

Deno.test("a member that never says what it has is reported, once a time", () => {
  const coordinator = new Coordinator();
  coordinator.report("b");
  coordinator.pass(patienceMs - repeatMs);
  assert.equal(coordinator.withheld.length, 0);
  coordinator.pass(repeatMs);
  assert.deepEqual(coordinator.withheld.map(({ node }) => node), ["m"]);
  assert.match(coordinator.withheld[0]!.what, /its copy/);
  coordinator.pass(patienceMs);
  assert.equal(coordinator.withheld.length, 2, "ccm may not have been there");
});

Deno.test("a member that never stores an entry is reported", () => {
  const coordinator = new Coordinator();
  for (const node of "bm") coordinator.report(node);
  coordinator.prepared("b");
  coordinator.pass(patienceMs + 2_000);
  assert.deepEqual(coordinator.withheld.map(({ node, what }) => `${node}: ${what}`), [
    "m: entry 1 of the CIB",
  ]);
});

Deno.test("a member that names a newer copy and never sends it is reported", () => {
  const coordinator = new Coordinator();
  coordinator.report("b");
  const tip = { term: 3, index: 9, digest: "x" };
  coordinator.hear("m", { type: "report", view: 7, report: { type: "copy", tip } });
  coordinator.pass(patienceMs);
  assert.equal(coordinator.withheld.length, 0, "a document may be on its way over a serial line");
  coordinator.pass(300_000);
  assert.equal(coordinator.withheld[0]?.node, "m");
});

Deno.test("a large document has the time that a serial line takes", () => {
  const coordinator = new Coordinator(40 * 1024);
  for (const node of "bm") coordinator.report(node);
  coordinator.prepared("b");
  // 40 KiB at 1 KiB a second.
  coordinator.pass(patienceMs + 38_000);
  assert.equal(coordinator.withheld.length, 0);
  coordinator.pass(10_000);
  assert.equal(coordinator.withheld[0]?.node, "m");
});

Deno.test("who asks for the document without end gets it once a second", () => {
  const coordinator = new Coordinator();
  for (const node of "bm") coordinator.report(node);
  for (const node of "bm") coordinator.prepared(node);
  assert.equal(coordinator.machine.state.coordinator.type, "ready");
  coordinator.said.length = 0;
  for (let count = 0; count < 100; count++) coordinator.report("m");
  const sent = () => coordinator.said.filter((said) => said === "m install").length;
  assert.equal(sent(), 1);
  coordinator.report("b");
  assert.ok(coordinator.said.includes("b install"), "others do not wait for it");
  coordinator.pass(repeatMs);
  assert.equal(sent(), 2, "the last question is answered");
  coordinator.pass(3 * repeatMs);
  assert.equal(sent(), 2);
});
