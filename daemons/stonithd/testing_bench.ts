/**
 * The stonithd of alice on a table: its devices, its peers and its clock are in the hands of a test.
 *
 * @module
 */
import type { Effect, Event } from "../runtime/machine.ts";
import type { Json, Message } from "../runtime/messages.ts";
import { recorded } from "../runtime/testing/transcript.ts";
import { stonithd } from "./core.ts";

/** Ids of devices with their parameters and meta attributes. */
export type Devices = Readonly<Record<string, Readonly<Record<string, string>>>>;

type Fields = Readonly<Record<string, Json>>;

/** Alice's stonithd; its devices know bob and carol. Bob was a member and is lost. */
export class Bench {
  readonly machine = recorded(stonithd());
  at = 1_000;
  effects: readonly Effect[] = [];

  constructor(devices: Devices = { d1: {}, d2: {} }, levels = "") {
    this.step({
      type: "start",
      at: this.at,
      wallMs: 7_000,
      seed: 1,
      node: "alice",
      saved: new Map(),
    });
    this.configure(devices, levels);
    for (const id of Object.keys(devices)) {
      if (this.machine.state.devices.get(id)?.state !== "loading") continue;
      this.loaded(id);
    }
    this.view("alice", "bob", "carol", "dave");
    this.view("alice", "carol", "dave");
  }

  step(event: Event): readonly Effect[] {
    return this.effects = this.machine.step(this.machine.state, event);
  }

  loaded(id: string): void {
    const { at } = this;
    this.step({ type: "loaded", at, instance: id, result: { ok: true, value: "process" } });
    this.step({
      type: "reply",
      at,
      id: `hosts ${id}`,
      result: { ok: true, value: ["bob", "carol"] },
    });
  }

  say(message: Message, service = "tengine", node = "alice"): readonly Effect[] {
    return this.step({ type: "message", at: this.at, from: { node, service }, message });
  }

  configure(devices: Devices, levels = ""): readonly Effect[] {
    const primitives = Object.entries(devices).map(([id, { provides, ...values }]) =>
      `<primitive id="${id}" class="stonith" type="process"><meta_attributes id="${id}-m">` +
      (provides === undefined ? "" : `<nvpair name="provides" value="${provides}"/>`) +
      `</meta_attributes><instance_attributes id="${id}-i">` +
      Object.entries(values).map(([name, value]) => `<nvpair name="${name}" value="${value}"/>`)
        .join("") +
      `</instance_attributes></primitive>`
    ).join("");
    const xml = `<cib><configuration><resources>${primitives}</resources>` +
      `<fencing-topology>${levels}</fencing-topology></configuration></cib>`;
    const version = { adminEpoch: 0, epoch: 0, numUpdates: 0 };
    return this.say({ type: "cib/document", id: "", version, xml }, "cib");
  }

  view(...members: readonly string[]): readonly Effect[] {
    return this.say({
      type: "ccm/view",
      view: {
        epoch: 1,
        quorate: true,
        electorate: [],
        members: members.map((text) => {
          const [node = "", incarnation = "1"] = text.split(":");
          return { node, incarnation: Number(incarnation), bornOn: 1 };
        }),
      },
    }, "ccm");
  }

  /** A request of the cluster. */
  ask(change: Partial<Extract<Message, { type: "fence/request" }>> = {}, service = "tengine") {
    return this.say({
      type: "fence/request",
      id: "r",
      target: "bob",
      incarnation: 1,
      action: "reboot",
      timeoutMs: 60_000,
      ...change,
    }, service);
  }

  peer(node: string, body: Fields): readonly Effect[] {
    return this.say({ type: "peer", body }, "stonithd", node);
  }

  /** A device answers the first call of the last effects, or the call with this id. */
  reply(ok: boolean, id = this.calls[0]?.id ?? ""): readonly Effect[] {
    return this.step({
      type: "reply",
      at: this.at,
      id,
      result: { ok: true, value: { ok, detail: ok ? "done" : "stuck" } },
    });
  }

  /** The timer whose name begins so is due. */
  due(prefix: string): readonly Effect[] {
    const timer = this.timers.find(({ name }) => name.startsWith(prefix));
    if (timer === undefined) throw new Error(`no timer ${prefix}`);
    this.at += timer.inMs;
    return this.step({ type: "timer", at: this.at, name: timer.name });
  }

  get timers() {
    return this.effects.flatMap((effect) => effect.type === "timer" ? [effect] : []);
  }

  get calls() {
    return this.effects.flatMap((effect) =>
      effect.type === "call" && effect.method === "fence" ? [effect] : []
    );
  }

  /** Calls in words: `d1 off bob`. */
  get orders(): readonly string[] {
    return this.calls.map(({ instance, args }) => `${instance} ${args[0]} ${args[1]}`);
  }

  get results() {
    return this.effects.flatMap((effect) =>
      effect.type === "send" && effect.message.type === "fence/result" ? [effect.message] : []
    );
  }

  /** Messages of one type to other nodes. */
  peers(type: string): readonly { readonly to: string; readonly body: Fields }[] {
    return this.effects.flatMap((effect) => {
      if (effect.type !== "send" || effect.message.type !== "peer") return [];
      const body = effect.message.body as Fields;
      return body.type === type ? [{ to: effect.to.node ?? "", body }] : [];
    });
  }
}
