/**
 * The crmd of one node on a table: everything around it is in the hands of a test.
 *
 * @module
 */
import assert from "node:assert/strict";
import { stringify } from "@std/xml";
import { applyChanges, readCib, versionOf } from "../cib/doors/document.ts";
import { elementAt } from "../cib/doors/path.ts";
import type { Effect, Event } from "../runtime/machine.ts";
import type { CibChange, LrmOperation, LrmResult, Message, View } from "../runtime/messages.ts";
import { recorded } from "../runtime/testing/transcript.ts";
import { crmd } from "./core.ts";
import type { Join, PeerMessage } from "./state.ts";

const group = `<group id="g"><primitive id="ip" class="ocf" type="Dummy"/>
  <primitive id="web" class="ocf" type="Dummy"><operations>
    <op id="s" name="stop" interval="0" timeout="7s"/></operations></primitive></group>
  <primitive id="db" class="ocf" type="Dummy"/>`;

/** What the CIB may say of a node. */
export const standing = {
  member: `in_ccm="true" crmd="online" join="member" expected="member"`,
  lost: `in_ccm="false" crmd="offline" join="down" expected="member"`,
  fenced: `in_ccm="false" crmd="offline" join="down" expected="down"`,
};

export const operation = (name: string): LrmOperation => {
  const [resource = "", action = ""] = name.split("_");
  return {
    resource,
    agent: { class: "ocf", type: "Dummy" },
    action,
    intervalMs: 0,
    timeoutMs: 1_000,
    startDelayMs: 0,
    parameters: { port: "80", CRM_meta_timeout: "1000" },
    transitionKey: "1:1:0:uuid",
  };
};
export const result = (name: string, callId: number, rc = 0): LrmResult => ({
  operation: operation(name),
  callId,
  rc,
  status: 0,
  execMs: 1,
  queueMs: 0,
  lastRunS: 0,
  lastChangeS: 0,
  output: "",
});

/** The crmd of node `a`, with everything around it in the hands of the test. */
export class Bench {
  readonly machine = recorded(crmd());
  cib = readCib(
    `<cib have-quorum="1" dc-uuid="a"><configuration><crm_config/><nodes>${
      ["a", "b", "c"].map((node) => `<node id="${node}" uname="${node}"/>`).join("")
    }</nodes><resources>${group}</resources></configuration><status/></cib>`,
  );
  sent: { readonly to: string; readonly message: Message }[] = [];
  lrm: LrmResult[] = [];
  lrmAnswers = true;
  /** What every agent says of itself. */
  metaData: string | undefined;
  stopped = false;
  electorate: readonly string[] = ["a", "b", "c"];
  readonly log: string[] = [];
  readonly timers = new Map<string, number>();

  constructor(states: Readonly<Record<string, string>> = {}) {
    for (const [node, state] of Object.entries(states)) {
      this.apply([{
        op: "create",
        path: "/cib/status",
        xml:
          `<node_state id="${node}" uname="${node}" ${state}><lrm id="${node}"><lrm_resources/></lrm>
          </node_state>`,
      }]);
    }
    this.give({ type: "start", at: 0, wallMs: 0, seed: 1, node: "a", saved: new Map() });
    this.document();
  }

  give(event: Event): void {
    for (const effect of this.machine.step(this.machine.state, event) as Effect[]) {
      this.stopped ||= effect.type === "stopped";
      if (effect.type === "log") this.log.push(effect.text);
      if (effect.type === "timer") this.timers.set(effect.name, effect.inMs);
      if (effect.type === "cancel") this.timers.delete(effect.name);
      if (effect.type !== "send") continue;
      const { node, service } = effect.to;
      const { message } = effect;
      if (message.type === "lrm/query") {
        if (!this.lrmAnswers) continue;
        this.say("lrmd", { type: "lrm/state", id: message.id, results: this.lrm });
      } else if (message.type === "lrm/describe") {
        const { metaData } = this;
        this.say("lrmd", { type: "lrm/described", id: message.id, ...(metaData && { metaData }) });
      } else if (message.type === "peer" && service === "crmd" && node === "a") {
        this.say("crmd", message);
      } else this.sent.push({ to: node ? `${service}@${node}` : service, message });
    }
  }

  say(service: string, message: Message, node = "a"): void {
    this.give({ type: "message", at: 0, from: { node, service }, message });
  }

  document(): void {
    const id = `replica ${this.machine.state.replica.lastQuery}`;
    const xml = stringify(this.cib);
    this.say("cib", { type: "cib/document", id, version: versionOf(this.cib), xml });
  }

  apply(changes: readonly CibChange[]): void {
    const applied = applyChanges(this.cib, changes);
    assert.ok(applied.ok, applied.ok ? "" : applied.error);
    this.cib = applied.root;
  }

  /** The cib does what it was asked so far, and says so. */
  write(): void {
    const asked = this.take("cib/apply");
    for (const { id, changes } of asked) {
      this.apply(changes);
      const version = versionOf(this.cib);
      this.say("cib", { type: "cib/changed", version, changes, replaced: false });
      this.say("cib", { type: "cib/applied", id, ok: true, version });
    }
    if (asked.length > 0) this.write();
  }

  view(epoch: number, ...nodes: string[]): void {
    const members = nodes.map((text) => {
      const [node = "", incarnation = "1"] = text.split(":");
      return { node, incarnation: Number(incarnation), bornOn: 1 };
    });
    const view: View = { epoch, members, quorate: nodes.length > 1, electorate: this.electorate };
    this.say("ccm", { type: "ccm/view", view });
  }

  join(node: string, join: Partial<Join>): void {
    const body = {
      at: 0,
      of: 1,
      part: JSON.stringify({ type: "join", number: 1, underway: [], ...join }),
    };
    this.say("crmd", { type: "peer", body }, node);
  }

  joined(node: string, view: number, number: number): void {
    const body = { at: 0, of: 1, part: JSON.stringify({ type: "joined", view, number }) };
    this.say("crmd", { type: "peer", body }, node);
  }

  /** Messages of a type that were sent, which then are forgotten. */
  take<T extends Message["type"]>(type: T): Extract<Message, { readonly type: T }>[] {
    const taken: Extract<Message, { readonly type: T }>[] = [];
    this.sent = this.sent.filter(({ message }) => {
      if (message.type !== type) return true;
      taken.push(message as Extract<Message, { readonly type: T }>);
      return false;
    });
    return taken;
  }

  /** What was said to other nodes' crmds. */
  said(): PeerMessage[] {
    return this.take("peer").map(({ body }) =>
      JSON.parse((body as { readonly part: string }).part) as PeerMessage
    );
  }

  state(node: string): Readonly<Record<string, string>> {
    return elementAt(this.cib, `/cib/status/node_state[@id='${node}']`)?.attributes ?? {};
  }

  order(view: number, from: string, name: string): void {
    const [resource = "", task = ""] = name.split("_");
    this.say("tengine", {
      type: "crmd/perform",
      view,
      key: `1:1:0:uuid`,
      action: {
        id: 1,
        kind: "rsc_op",
        task,
        operationKey: `${name}_0`,
        onNode: "a",
        onNodeUuid: "a",
        resource: { id: resource, class: "ocf", type: "Dummy" },
        attributes: { CRM_meta_timeout: "1000" },
        canFail: false,
      },
    }, from);
  }
}

/** A coordinator of three nodes, ready to ask the policy engine. */
export function coordinator(): Bench {
  const bench = new Bench({
    a: standing.member + ` incarnation="1"`,
    b: standing.member + ` incarnation="1"`,
    c: standing.fenced,
  });
  bench.view(5, "a", "b");
  bench.join("b", { view: 5 });
  bench.write();
  return bench;
}
export const nothingToDo = {
  transitionId: 0,
  clusterDelayMs: 0,
  stonithTimeoutMs: 0,
  failedStartOffset: "",
  failedStopOffset: "",
  batchLimit: 0,
  synapses: [],
};
export const huge = (id: string): CibChange => ({
  op: "create",
  path: "/cib/configuration/resources",
  xml: `<primitive id="${id}" class="ocf" type="Dummy"/>`,
});
/** Somebody changes the CIB. */
export function changed(bench: Bench, ...changes: CibChange[]): void {
  bench.apply(changes);
  const version = versionOf(bench.cib);
  bench.say("cib", { type: "cib/changed", version, changes, replaced: false });
}
export const answerWith = (
  bench: Bench,
  answer: { graph: typeof nothingToDo } | { error: string; hung?: boolean },
) => {
  const [asked] = bench.take("pengine/schedule");
  assert.ok(asked);
  bench.say("pengine", { type: "pengine/transition", id: asked.id, ...answer });
  return asked.cib;
};
