/**
 * Some attrds on the production runtime, around one CIB: a test decides who is a member, when time
 * passes, and which writes the CIB takes.
 *
 * @module
 */
import { stringify } from "@std/xml";
import { applyChanges, readCib, versionOf } from "../../cib/doors/document.ts";
import type { Machine } from "../../runtime/machine.ts";
import { MachineProcess } from "../../runtime/machine_process.ts";
import type { AttributeUpdate, CibChange, Message, View } from "../../runtime/messages.ts";
import { cut } from "../../runtime/pieces.ts";
import type { Send } from "../../runtime/seat.ts";
import { smallHost, SmallTime } from "../../runtime/testing/small_host.ts";
import { recorded } from "../../runtime/testing/transcript.ts";
import { attrd } from "../core.ts";
import type { AttrdConfig, AttrdState } from "../state.ts";

interface Seat {
  machine: Machine<AttrdState>;
  process: MachineProcess | undefined;
  readonly disk: Map<string, Uint8Array>;
  readonly told: Message[];
  generation: number;
  pings: readonly ("init" | "ping" | "dead")[];
  readonly log: string[];
}

type Values = Extract<Message, { readonly type: "attrd/values" }>;
type Updated = Extract<Message, { readonly type: "attrd/updated" }>;

/** See the head of the file. */
export class SmallCluster {
  readonly seats = new Map<string, Seat>();
  readonly #queue: (() => void)[] = [];
  readonly #time = new SmallTime();
  /** Where other services are: what goes there was seen already when it was sent. */
  readonly #outlet = { push: () => {} };
  #epoch = 0;
  #seed = 0;
  #id = 0;
  /** Incarnations that the CIB and the view name. */
  readonly incarnations = new Map<string, number>();
  members: readonly string[] = [];
  quorate = true;
  /** Writes that came to the CIB. */
  readonly writes: { readonly node: string; readonly changes: readonly CibChange[] }[] = [];
  /** What the cib does with a write: take it, refuse it, or hold it without an answer. */
  cibDoes: "take" | "refuse" | "hold" = "take";
  /** Writes that the cib refuses, by their XML. */
  refuses: RegExp | undefined;
  readonly held: {
    readonly node: string;
    readonly id: string;
    readonly changes: readonly CibChange[];
  }[] = [];
  cib = readCib(
    `<cib admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config/><nodes/><resources/>` +
      `<constraints/></configuration><status/></cib>`,
  );
  config: AttrdConfig;

  constructor(nodes: readonly string[], config: AttrdConfig = {}) {
    this.config = config;
    for (const node of nodes) {
      this.seats.set(node, {
        machine: recorded(attrd(config)),
        process: undefined,
        disk: new Map(),
        told: [],
        generation: 1,
        pings: [],
        log: [],
      });
      this.incarnations.set(node, 1);
      this.#apply([{
        op: "create",
        path: "/cib/configuration/nodes",
        xml: `<node id="id-${node}" uname="${node}"/>`,
      }]);
    }
    for (const node of nodes) this.start(node);
    this.view(nodes);
  }

  /** Starts the attrd of a node, with what is on its disk. */
  start(node: string): void {
    const seat = this.#seat(node);
    seat.process?.end();
    seat.machine = recorded(attrd(this.config));
    const seed = ++this.#seed;
    seat.process = new MachineProcess({
      process: node,
      node,
      machines: [seat.machine],
      host: smallHost({
        time: this.#time,
        disk: seat.disk,
        seed: () => seed,
        log: (_service, _level, text) => void seat.log.push(text),
      }),
      sent: (_service, said) => this.#sent(node, seat, said),
      stopped: () => {},
      failed: (_service, error) => {
        throw error;
      },
    });
    seat.process.start();
    this.#run();
  }

  /** A view of these members, which the CIB knows as such; the others have left it. */
  view(members: readonly string[], quorate = true): void {
    this.members = members;
    this.quorate = quorate;
    this.#epoch++;
    for (const node of members) this.join(node);
    for (const node of members) this.#say(node, "ccm", { type: "ccm/view", view: this.#viewNow() });
    this.#run();
  }

  /** The coordinator takes a node in: in a new life without what held for the last one. */
  join(node: string): void {
    const incarnation = this.incarnations.get(node);
    const known = new RegExp(`uname="${node}"[^>]*incarnation="${incarnation}"`);
    if (known.test(stringify(this.cib))) return;
    this.change([{
      op: "create",
      path: "/cib/status",
      xml: `<node_state id="id-${node}" uname="${node}" in_ccm="true" join="member" ` +
        `incarnation="${incarnation}"/>`,
    }]);
  }

  #viewNow(): View {
    return {
      epoch: this.#epoch,
      quorate: this.quorate,
      electorate: [...this.seats.keys()],
      members: this.members.map((node) => ({
        node,
        incarnation: this.incarnations.get(node) ?? 0,
        bornOn: 1,
      })),
    };
  }

  /** Somebody else changes the CIB. */
  change(changes: readonly CibChange[]): void {
    this.#apply(changes);
    this.#run();
  }

  /** Lets time pass, timer by timer. */
  pass(ms: number): void {
    this.#time.pass(ms, () => this.#run());
  }

  /** A program of a node asks for a change; gives the answer, if there is one yet. */
  update(node: string, name: string, more: Partial<AttributeUpdate> = {}): Updated | undefined {
    const id = `u${++this.#id}`;
    const update: AttributeUpdate = { change: "set", lifetime: "reboot", name, ...more };
    this.say(node, { type: "attrd/update", id, update });
    return this.updated(node, id);
  }

  /** The last answer to a change, or to that one. */
  updated(node: string, id = `u${this.#id}`): Updated | undefined {
    return this.#seat(node).told.find((message): message is Updated =>
      message.type === "attrd/updated" && message.id === id
    );
  }

  /** These other services of a node can be reached, and no others. */
  reach(node: string, services: readonly string[]): void {
    this.#seat(node).process?.exchange.reach(this.#outlet, services);
    this.#run();
  }

  /** Says something to a node's attrd as a program of that node. */
  say(node: string, message: Message, from = "client-1"): void {
    this.#say(node, from, message);
    this.#run();
  }

  /** Says something to a node's attrd as the attrd of another node, whatever that one believes. */
  peerSays(to: string, from: string, said: unknown): void {
    const [body = null] = cut(JSON.stringify(said));
    this.#say(to, "attrd", { type: "peer", body }, from);
    this.#run();
  }

  /** The values that a node knows, as `node name=value`. */
  values(
    node: string,
    query: Partial<Extract<Message, { readonly type: "attrd/query" }>> = {},
  ): string[] {
    const id = `q${++this.#id}`;
    this.say(node, { type: "attrd/query", id, lifetime: "reboot", node: "*", ...query });
    const answer = this.#seat(node).told.find((message): message is Values =>
      message.type === "attrd/values" && message.id === id
    );
    return (answer?.values ?? []).map(({ node, name, value }) => `${node} ${name}=${value}`);
  }

  /** Pairs of a node's attributes in the CIB, as `name=value`. */
  inCib(node: string): string[] {
    const xml = stringify(this.cib);
    const state = new RegExp(`<node_state id="id-${node}".*?(?=<node_state|</status>)`).exec(xml);
    return [...(state?.[0] ?? "").matchAll(/name="([^"]*)" value="([^"]*)"/g)]
      .map(([, name, value]) => `${name}=${value}`).sort();
  }

  /** Heartbeat says whom it hears. */
  connectivity(node: string): void {
    const { generation, pings } = this.#seat(node);
    this.#say(node, "heartbeat", {
      type: "heartbeat/connectivity",
      node,
      nodes: [
        { name: node, kind: "normal", status: "active", generation, links: [] },
        ...pings.map((status, at) => ({
          name: `router${at}`,
          kind: "ping" as const,
          status,
          generation: 0,
          links: [],
        })),
      ],
    });
    this.#run();
  }

  /** The cib answers what it held. */
  release(ok: boolean): void {
    for (const { node, id, changes } of this.held.splice(0)) {
      if (ok) this.#apply(changes);
      this.#say(node, "cib", { type: "cib/applied", id, ok });
    }
    this.#run();
  }

  #seat(node: string): Seat {
    const seat = this.seats.get(node);
    if (seat === undefined) throw new Error(`no node ${node}`);
    return seat;
  }

  #say(node: string, service: string, message: Message, from = node): void {
    const envelope = { to: { service: "attrd" }, from: { node: from, service }, message };
    this.#queue.push(() => this.#seat(node).process?.exchange.forward(envelope));
  }

  #run(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next();
  }

  #apply(changes: readonly CibChange[]): boolean {
    const applied = applyChanges(this.cib, changes);
    if (!applied.ok || applied.root === this.cib) return applied.ok;
    this.cib = applied.root;
    const version = versionOf(this.cib);
    for (const node of this.seats.keys()) {
      this.#say(node, "cib", { type: "cib/changed", version, changes, replaced: false });
    }
    return true;
  }

  #sent(node: string, seat: Seat, { to: { node: to, service }, message }: Send): void {
    if (to !== undefined) {
      if (this.members.includes(node) && this.members.includes(to)) {
        this.#say(to, service, message, node);
      }
      return;
    }
    switch (message.type) {
      case "heartbeat/subscribe":
        this.#queue.push(() => this.connectivity(node));
        return;
      case "cib/query": {
        const version = versionOf(this.cib);
        const xml = stringify(this.cib);
        this.#say(node, "cib", { type: "cib/document", id: message.id, version, xml });
        return;
      }
      case "cib/apply":
        this.#cibTakes(node, message);
        return;
      case "ccm/subscribe":
        if (this.members.includes(node)) {
          this.#say(node, "ccm", { type: "ccm/view", view: this.#viewNow() });
        }
        return;
      default:
        seat.told.push(message);
    }
  }

  #cibTakes(node: string, { id, changes }: Extract<Message, { readonly type: "cib/apply" }>): void {
    this.writes.push({ node, changes });
    if (this.cibDoes === "hold") {
      this.held.push({ node, id, changes });
      return;
    }
    const isRefused = changes.some((change) =>
      change.op === "create" && this.refuses?.test(change.xml)
    );
    const ok = this.cibDoes === "take" && !isRefused && this.#apply(changes);
    this.#say(node, "cib", { type: "cib/applied", id, ok, ...(ok ? {} : { error: "no" }) });
  }
}
