/**
 * The transition engine of one node on a table: everything around it is in the hands of a test.
 *
 * @module
 */
import assert from "node:assert/strict";
import { stringify } from "@std/xml";
import { applyChanges, readCib, versionOf } from "../cib/doors/document.ts";
import { resultChanges } from "../crmd/doors/status.ts";
import type { Effect, Event } from "../runtime/machine.ts";
import type { CibChange, Message } from "../runtime/messages.ts";
import type { Synapse, TransitionAction, TransitionGraph } from "../runtime/transition.ts";
import { recorded } from "../runtime/testing/transcript.ts";
import { tengine } from "./core.ts";

export const operation = (
  id: number,
  inputs: readonly number[],
  name: string,
  node: string,
  more: Partial<TransitionAction> = {},
): Synapse => {
  const [resource = "", task = ""] = name.split("_");
  return {
    id,
    inputs,
    action: {
      id,
      kind: "rsc_op",
      task,
      operationKey: `${name}_0`,
      onNode: node,
      onNodeUuid: node,
      resource: { id: resource, class: "ocf", type: "Dummy" },
      attributes: { CRM_meta_timeout: "1000" },
      canFail: false,
      ...more,
    },
  };
};
export const fence = (id: number, node: string): Synapse => ({
  id,
  inputs: [],
  action: {
    id,
    kind: "crm_event",
    task: "stonith",
    operationKey: `stonith-${node}-reboot`,
    onNode: node,
    onNodeUuid: node,
    attributes: { CRM_meta_stonith_action: "reboot" },
    canFail: false,
  },
});
export const graphOf = (...synapses: Synapse[]): TransitionGraph => ({
  transitionId: 4,
  clusterDelayMs: 60_000,
  stonithTimeoutMs: 60_000,
  failedStartOffset: "INFINITY",
  failedStopOffset: "INFINITY",
  batchLimit: 0,
  synapses,
});

/** A tengine on node `a` with two members, and a CIB that the test keeps. */
export class Bench {
  readonly machine = recorded(tengine());
  cib = readCib(
    `<cib><configuration/><status>${
      ["a", "b"].map((node) =>
        `<node_state id="${node}" uname="${node}" incarnation="1"><lrm id="${node}"><lrm_resources/></lrm></node_state>`
      ).join("")
    }</status></cib>`,
  );
  sent: { readonly to: string; readonly message: Message }[] = [];
  timers: string[] = [];
  waitsMs: number[] = [];
  readonly cancelled: string[] = [];
  readonly log: string[] = [];

  constructor() {
    this.give({ type: "start", at: 0, wallMs: 50_000, seed: 1, node: "a", saved: new Map() });
    this.document();
    this.view(1, "a", "b");
    this.sent = [];
  }

  give(event: Event): void {
    for (const effect of this.machine.step(this.machine.state, event) as Effect[]) {
      if (effect.type === "send") {
        const { node, service } = effect.to;
        this.sent.push({ to: node ? `${service}@${node}` : service, message: effect.message });
      } else if (effect.type === "timer") {
        this.timers.push(effect.name);
        this.waitsMs.push(effect.inMs);
      } else if (effect.type === "cancel") this.cancelled.push(effect.name);
      else if (effect.type === "log") this.log.push(`${effect.level}: ${effect.text}`);
    }
  }

  say(service: string, message: Message, node = "a"): void {
    this.give({ type: "message", at: 0, from: { node, service }, message });
  }

  document(): void {
    const { lastQuery } = this.machine.state.replica;
    const version = versionOf(this.cib);
    const xml = stringify(this.cib);
    this.say("cib", { type: "cib/document", id: `replica ${lastQuery}`, version, xml });
  }

  view(epoch: number, ...nodes: string[]): void {
    const members = nodes.map((node) => ({ node, incarnation: 1, bornOn: 1 }));
    this.say("ccm", {
      type: "ccm/view",
      view: { epoch, members, quorate: true, electorate: nodes },
    });
  }

  run(graph: TransitionGraph): void {
    const version = versionOf(this.cib);
    this.say("crmd", { type: "tengine/run", graph, view: 1, version });
  }

  change(...changes: CibChange[]): void {
    const applied = applyChanges(this.cib, changes);
    assert.ok(applied.ok, applied.ok ? "" : applied.error);
    this.cib = applied.root;
    this.say("cib", {
      type: "cib/changed",
      version: versionOf(this.cib),
      changes,
      replaced: false,
    });
  }

  /** Actions that were given out and not looked at yet. */
  given(): string[] {
    const names: string[] = [];
    for (const { to, message } of this.sent) {
      if (message.type === "crmd/perform") names.push(`${message.action.operationKey} ${to}`);
      else if (message.type === "fence/request") names.push(`fence ${message.target} ${to}`);
      else if (message.type === "tengine/done") {
        names.push(`done ${message.complete}${message.fencingFailed ? " fencing failed" : ""}`);
      } else if (message.type === "crmd/fenced") names.push(`fenced ${message.node} ${to}`);
      else if (message.type === "cib/apply") names.push(`write ${message.changes.length}`);
    }
    return names;
  }

  key(name: string): string {
    const found = this.sent.map(({ message }) => message).find((message) =>
      message.type === "crmd/perform" && message.action.operationKey === `${name}_0`
    );
    assert.ok(found?.type === "crmd/perform", `${name} was not given out`);
    return found.key;
  }

  /** An operation has ended, and the CIB has its result. */
  ended(name: string, node: string, rc = 0): void {
    const [resource = "", action = ""] = name.split("_");
    const transitionKey = this.key(name);
    this.sent = [];
    this.change(...resultChanges(this.cib, node, node, {
      operation: {
        resource,
        agent: { class: "ocf", type: "Dummy" },
        action,
        intervalMs: 0,
        timeoutMs: 1000,
        startDelayMs: 0,
        parameters: {},
        transitionKey,
      },
      callId: 1,
      rc,
      status: 0,
      execMs: 1,
      queueMs: 0,
      lastRunS: 0,
      lastChangeS: 0,
      output: "",
    }));
  }
}
