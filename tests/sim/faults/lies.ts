/**
 * A member that lies: beside what its daemons say it sends well-formed falsehoods, under its own name
 * and at the moment when they matter. It forges what only others can know: their rows, their results,
 * their fencing, acknowledgements and orders of a coordinator, copies of the CIB; and it repeats what
 * it said long ago. The others keep every invariant.
 *
 * What a member is believed by design is no lie here: its own state, its own devices
 * (`daemons/README.md`).
 *
 * @module
 */
import { applyChanges, readCib } from "../../../daemons/cib/doors/document.ts";
import { elementAt } from "../../../daemons/cib/doors/path.ts";
import { digestOf } from "../../../daemons/cib/digest.ts";
import { writeDocument } from "../../../daemons/cib/journal.ts";
import { readPeer as readCibPeer } from "../../../daemons/cib/protocol.ts";
import type { PeerMessage as CibPeer, Stamp } from "../../../daemons/cib/wire.ts";
import { readPeerMessage, type Row } from "../../../daemons/ccm/protocol.ts";
import { readPeer as readCrmdPeer } from "../../../daemons/crmd/protocol.ts";
import type { PeerMessage as CrmdPeer } from "../../../daemons/crmd/state.ts";
import type { Json, Message, View } from "../../../daemons/runtime/messages.ts";
import { cut } from "../../../daemons/runtime/pieces.ts";
import { Random } from "../../../daemons/runtime/random.ts";
import { object, type Reader, Refusal, text } from "../../../daemons/runtime/reader.ts";
import { readPeer as readFencePeer } from "../../../daemons/stonithd/protocol.ts";
import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** What it lies about. */
export type Lie =
  | "row of another"
  | "newer copy"
  | "document of nobody"
  | "acknowledgement of nobody"
  | "state of another"
  | "death of a member"
  | "coordinator's word"
  | "order of nobody"
  | "result of another"
  | "fencing of another"
  | "old words";

/** How it goes about it. */
export interface LiarPlan {
  /** Milliseconds between two lies of a kind at least. */
  readonly everyMs: number;
  /** Which it tells; all if left out. */
  readonly kinds?: readonly Lie[];
}

type Received = Extract<Observation, { readonly type: "received" }>;

/** How often an occasion for a lie is taken. */
const chance = 0.3;
/** Services whose words it repeats. */
const services: ReadonlySet<string> = new Set(["ccm", "cib", "crmd"]);
/** Words of its own that it remembers, and after how many milliseconds they are old. */
const wordsMax = 200;
const oldMs = 10_000;

const piece = object({ part: text(Infinity) });

/** The message in the body of a peer's message, if it came in one piece. */
function saidIn<T>(body: Json, read: Reader<T>): T | undefined {
  const whole = piece(body);
  if (whole instanceof Refusal) return undefined;
  try {
    const said = read(JSON.parse(whole.part));
    return said instanceof Refusal ? undefined : said;
  } catch {
    return undefined;
  }
}

/** Lies, from a random stream of its own. */
export class Liar {
  readonly counts: Record<string, number> = { lies: 0 };
  /** Its name. */
  readonly name: string;
  readonly #world: World;
  readonly #plan: LiarPlan;
  readonly #random: Random;
  readonly #say: (text: string) => void;
  /** The view that each node announced last. */
  readonly #views = new Map<string, View>();
  /** The last row that each node sent of itself. */
  readonly #rows = new Map<string, Row>();
  /** What it said before: to whom, of which service, when. */
  readonly #words: {
    readonly to: string;
    readonly service: string;
    readonly atUs: number;
    readonly message: Message;
  }[] = [];
  /** The last document of the CIB that anybody was shown. */
  #xml = "";
  /** The document of the copy that it claims to have. */
  #claimed = "";
  /** When it last sent each lie. */
  readonly #lastUs = new Map<Lie, number>();
  #lying = false;
  #number = 0;

  constructor(world: World, plan: LiarPlan, say: (text: string) => void) {
    this.#world = world;
    this.#plan = plan;
    this.#say = say;
    this.#random = new Random(world.seed, 4);
    this.name = this.#random.pick(world.founders);
    world.listeners.push((observation) => this.#look(observation));
  }

  #look(observation: Observation): void {
    if (observation.type === "sent") {
      const { node, message } = observation;
      if (message.type === "ccm/view") this.#views.set(node, message.view);
      else if (message.type === "ccm/evicted") this.#views.delete(node);
      else if (message.type === "cib/document") this.#xml = message.xml;
    } else if (observation.type === "received" && !this.#lying) this.#react(observation);
  }

  /** Something was said: is it an occasion? */
  #react(seen: Received): void {
    const { message, service, from, node } = seen;
    if (message.type === "crmd/perform") return this.#onOrder(seen, message);
    if (message.type !== "peer" || from.node === node) return;
    if (from.node === this.name && services.has(service)) this.#remember(seen);
    switch (service) {
      case "ccm":
        return this.#onCcm(seen, message.body);
      case "cib":
        return this.#onCib(seen, saidIn(message.body, readCibPeer));
      case "crmd":
        return this.#onCrmd(seen, saidIn(message.body, readCrmdPeer));
      case "stonithd":
        return this.#onFencing(seen, message.body);
    }
  }

  #remember({ node: to, service, message }: Received): void {
    const atUs = this.#world.kernel.nowUs;
    this.#words.push({ to, service, atUs, message });
    if (this.#words.length > wordsMax) this.#words.shift();
    const old = this.#words.filter((words) => atUs - words.atUs > oldMs * 1_000);
    if (old.length === 0 || !this.#random.chance(0.05)) return;
    const words = this.#random.pick(old);
    this.#tell("old words", words.to, words.service, words.message);
  }

  #onCcm({ node, from }: Received, body: Json): void {
    const said = readPeerMessage(body);
    if (said?.type !== "rows") return;
    const own = said.rows.find((row) => row.node === from.node);
    if (own !== undefined) this.#rows.set(own.node, own);
    if (from.node !== this.name || own === undefined) return;
    const others = [...this.#rows.values()].filter((row) =>
      row.node !== this.name && row.node !== node && own.hears[row.node] !== undefined
    );
    if (others.length === 0) return;
    const { view: _, ...row } = this.#random.pick(others);
    const forged: Row = this.#random.chance(0.5)
      ? { ...row, serial: row.serial + 1_000, hears: {} }
      : { ...row, incarnation: row.incarnation + 1, serial: 1 };
    this.#tell("row of another", node, "ccm", peer({ ...said, rows: [own, forged], ask: false }));
  }

  #onCib({ node, from }: Received, said: CibPeer | undefined): void {
    if (said === undefined || said.type === "applied") return;
    const { view } = said;
    const isFree = from.node !== this.name && node !== this.name;
    switch (said.type) {
      case "report":
        if (from.node === this.name && said.report.type === "copy") {
          this.#claim(node, view, said.report.tip);
        }
        return;
      case "fetch":
        // It is asked for the copy that it claimed.
        if (node !== this.name || this.#claimed === "") return;
        this.#tell("newer copy", from.node, "cib", {
          type: "install",
          view,
          text: this.#claimed,
        }, true);
        return;
      case "prepare": {
        if (!isFree) return;
        const { term, index, after } = said.entry;
        const { text } = this.#forge({ term, index: index + 1, digest: after });
        this.#tell("document of nobody", node, "cib", { type: "install", view, text });
        this.#tell("document of nobody", node, "cib", { type: "commit", view, index: index + 1 });
        return;
      }
      case "apply":
        if (!isFree) return;
        for (const { id } of said.writes) {
          const version = { adminEpoch: 0, epoch: 1, numUpdates: 1 };
          this.#tell("acknowledgement of nobody", from.node, "cib", {
            type: "applied",
            id,
            ok: true,
            version,
          }, true);
        }
        this.#slander(node, view, from.node);
    }
  }

  /**
   * It has a copy that is newer than all others, and another one. Where nodes are away it may be the
   * last of a majority, and is believed (`daemons/cib/README.md`).
   */
  #claim(coordinator: string, view: number, tip: Stamp): void {
    if (this.#views.get(coordinator)?.members.length !== this.#world.founders.length) return;
    const { text, stamp } = this.#forge({ ...tip, index: tip.index + 5 });
    if (text === "") return;
    const report = { type: "copy", tip: stamp } as const;
    if (this.#tell("newer copy", coordinator, "cib", { type: "report", view, report })) {
      this.#claimed = text;
    }
  }

  /** Writes that another node is gone. */
  #slander(coordinator: string, view: number, victim: string): void {
    const path = `/cib/status/node_state[@id='${victim}']`;
    const set = { in_ccm: "false", crmd: "offline", join: "down", expected: "down" };
    const id = `${this.name} lie.${++this.#number}`;
    const writes = [{ id, changes: [{ op: "modify", path, set } as const] }];
    this.#tell("state of another", coordinator, "cib", { type: "apply", view, writes });
  }

  /** A document with a mark in it, which could stand at this place of the history. */
  #forge({ term, index }: Stamp): { readonly text: string; readonly stamp: Stamp } {
    const none = { text: "", stamp: { term, index, digest: "none" } };
    if (this.#xml === "") return none;
    const root = readCib(this.#xml);
    const status = elementAt(root, "/cib/status");
    const [first] = status?.children.filter((child) => child.type === "element") ?? [];
    if (first?.type !== "element") return none;
    const forged = applyChanges(root, [{
      op: "delete",
      path: `/cib/status/${first.name.raw}[@id='${first.attributes.id}']`,
    }]);
    if (!forged.ok) return none;
    const digest = digestOf(forged.root);
    const text = writeDocument({ root: forged.root, term, index, digest, recent: [] });
    return { text, stamp: { term, index, digest } };
  }

  #onCrmd({ node, from }: Received, said: CrmdPeer | undefined): void {
    if (said === undefined || from.node === this.name || node === this.name) return;
    const { view } = said;
    if (said.type === "join") {
      const { members } = this.#views.get(node) ?? { members: [] };
      const alive = members.filter((member) => member.node !== node && member.node !== this.name);
      if (alive.length === 0) return;
      const { node: victim, incarnation } = this.#random.pick(alive);
      const word = { type: "fenced", view, node: victim, incarnation: `${incarnation}` } as const;
      this.#tell("death of a member", node, "crmd", word);
    } else if (said.type === "joined") {
      const words: readonly CrmdPeer[] = [
        { type: "joined", view, number: said.number + 1 },
        { type: "tell", view },
        { type: "poison", view, digest: "of the one at hand", why: "it lies" },
      ];
      this.#tell("coordinator's word", node, "crmd", this.#random.pick(words));
    }
  }

  /** A coordinator orders something of a node: so does the liar, and says that it was done. */
  #onOrder(
    { node, from }: Received,
    order: Extract<Message, { readonly type: "crmd/perform" }>,
  ): void {
    if (from.node === this.name || node === this.name) return;
    const result = { type: "crmd/performed", key: order.key, ok: true } as const;
    this.#send("result of another", from.node, "tengine", "crmd", result);
    const { action } = order;
    if (action.task !== "stop" && action.task !== "start") return;
    const task = action.task === "stop" ? "start" : "stop";
    const other = { ...order, action: { ...action, task } };
    this.#send("order of nobody", node, "crmd", "tengine", other);
  }

  #onFencing({ node, from }: Received, body: Json): void {
    const said = readFencePeer(body);
    if (said instanceof Refusal || said.type !== "fence") return;
    if (from.node === this.name || node === this.name) return;
    const word = { type: "fenced", key: said.key, ok: true, detail: "", device: "power" } as const;
    this.#tell("fencing of another", from.node, "stonithd", peer(word));
  }

  /** Says it to the same service of another node. */
  #tell(
    lie: Lie,
    to: string,
    service: string,
    said: CibPeer | CrmdPeer | Message,
    follows = false,
  ): boolean {
    const message = said.type === "peer" ? said : peer([...cut(JSON.stringify(said))][0] ?? null);
    return this.#send(lie, to, service, service, message, follows);
  }

  /** Tells whether it lies: only to one that it is in a view with, and that hears it. */
  #send(
    lie: Lie,
    to: string,
    service: string,
    as: string,
    message: Message,
    follows = false,
  ): boolean {
    const { kernel } = this.#world;
    const { everyMs, kinds } = this.#plan;
    if (kinds !== undefined && !kinds.includes(lie)) return false;
    const isSoon = kernel.nowUs - (this.#lastUs.get(lie) ?? -Infinity) < everyMs * 1_000;
    if (!follows && (isSoon || !this.#random.chance(chance))) return false;
    this.#lastUs.set(lie, kernel.nowUs);
    kernel.after(this.#random.pick([0, 50, 500]), () => {
      const [liar, node] = [this.#world.node(this.name), this.#world.node(to)];
      const isMember = this.#views.get(to)?.members.some((member) => member.node === this.name);
      if (!liar.up || liar.paused || !node.up || node.paused || isMember !== true) return;
      this.counts.lies = (this.counts.lies ?? 0) + 1;
      this.#say(`${this.name} lies to ${to}: ${lie}`);
      this.#world.liars.add(this.name);
      this.#lying = true;
      try {
        node.forge({ node: this.name, service: as }, service, message);
      } finally {
        this.#lying = false;
      }
    });
    return true;
  }
}

const peer = (body: unknown): Message => ({ type: "peer", body: JSON.parse(JSON.stringify(body)) });
