/**
 * Attributes of nodes. After a time without faults:
 *
 * - ATT1: a node has every attribute that was acknowledged in this life of it, with its last value.
 * - ATT2: every member knows the same, and so does its CIB, unless the attribute is private.
 *
 * At any time:
 *
 * - ATT3: a node keeps no attribute of a node that is not in its view; the CIB keeps none once the
 *   coordinator has taken in all members.
 * - ATT4: an attribute that is dampened is not written before its time is over.
 *
 * A life of a node, as far as attributes go, ends with its heartbeat.
 *
 * @module
 */
import type { AttrdState } from "../../../daemons/attrd/mod.ts";
import { elementAt } from "../../../daemons/cib/path.ts";
import type { CibState } from "../../../daemons/cib/state.ts";
import { attributeOf } from "../../../daemons/crmd/attributes.ts";
import { type CrmdState, elements } from "../../../daemons/crmd/state.ts";
import type { CibChange, Message, View } from "../../../daemons/runtime/messages.ts";
import { dampedName, dampenMs, privateName } from "../attribute_client.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** A change that was asked for. */
interface Asked {
  readonly target: string;
  readonly name: string;
  /** Undefined: it was deleted. */
  readonly value: string | undefined;
  /** Which life of the target it was asked of. */
  readonly life: number;
}

/** What was acknowledged last of one attribute. */
interface Known extends Asked {
  readonly atUs: number;
}

/** What an acknowledged value may take to get everywhere: dampening, and a retry. */
const spreadUs = 12_000_000;
/** Time between two looks. */
const lookUs = 2_000_000;
/** What is wrong for so long, in one view, is not under way but kept. */
const keptUs = 8_000_000;
/** Clocks of nodes run at rates that differ a little. */
const tolerance = 0.95;

/** See the head of the file. */
export class AttributeChecker implements Checker {
  readonly watches = ["ATT1", "ATT2", "ATT3", "ATT4"];
  readonly counts = { attributesSet: 0, attributesJudged: 0, goneJudged: 0, dampenedWrites: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #settledUs: number;
  #stillSinceUs: number | undefined;
  /** By node: how many lives have ended. */
  readonly #lives = new Map<string, number>();
  /** By the program's node and id. */
  readonly #asked = new Map<string, Asked>();
  /** By target and name. */
  readonly #known = new Map<string, Known>();
  /** By node: when its dampened attribute was changed first since it was written. */
  readonly #changedUs = new Map<string, number>();
  /** By node: what was wrong at the last look, and in which view. */
  readonly #suspects = new Map<string, {
    readonly view: View;
    readonly why: string;
    readonly sinceUs: number;
  }>();
  #lookedUs = 0;

  constructor(world: World, fail: Fail, settledMs: number) {
    this.#world = world;
    this.#fail = fail;
    this.#settledUs = settledMs * 1000;
  }

  observe(observation: Observation, nowUs: number): void {
    if (nowUs - this.#lookedUs > lookUs) {
      this.#lookedUs = nowUs;
      this.#look(nowUs);
    }
    switch (observation.type) {
      case "paused":
      case "process hung":
        this.#suspects.delete(observation.node);
        return;
      case "sent":
        if (observation.service === "attributes") {
          this.#wants(observation.node, observation.message);
        }
        if (observation.service === "attrd" && observation.message.type === "cib/apply") {
          this.#writes(observation.node, observation.message.changes, nowUs);
        }
        return;
      case "received":
        if (observation.service === "attributes") {
          this.#answered(observation.node, observation.message, nowUs);
        } else if (observation.service === "attrd") {
          this.#changes(observation.node, observation.message, nowUs);
        }
        return;
      case "crashed":
        this.#ends(observation.node);
        return;
      case "process down":
        if (observation.services.includes("attrd")) this.#changedUs.delete(observation.node);
        if (observation.services.includes("heartbeat")) this.#ends(observation.node);
        return;
      case "calm":
        if (observation.on) this.#stillSinceUs = nowUs;
        else {
          const since = this.#stillSinceUs;
          this.#stillSinceUs = undefined;
          if (since !== undefined && nowUs - since > this.#settledUs) this.#judge(nowUs);
        }
    }
  }

  #lifeOf(node: string): number {
    return this.#lives.get(node) ?? 0;
  }

  #ends(node: string): void {
    this.#lives.set(node, this.#lifeOf(node) + 1);
    for (const [key, { target }] of this.#known) if (target === node) this.#known.delete(key);
  }

  #wants(node: string, message: Message): void {
    if (message.type !== "attrd/update") return;
    const { name, node: target = node, value } = message.update;
    this.#asked.set(`${node} ${message.id}`, { target, name, value, life: this.#lifeOf(target) });
    // Until it is answered it may be this or that.
    this.#known.delete(`${target} ${name}`);
  }

  #answered(node: string, message: Message, nowUs: number): void {
    if (message.type !== "attrd/updated") return;
    const key = `${node} ${message.id}`;
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    if (asked === undefined || !message.ok || asked.life !== this.#lifeOf(asked.target)) return;
    this.counts.attributesSet++;
    this.#known.set(`${asked.target} ${asked.name}`, { ...asked, atUs: nowUs });
  }

  #changes(node: string, message: Message, nowUs: number): void {
    if (message.type !== "attrd/update" || message.update.name !== dampedName(node)) return;
    if (!this.#changedUs.has(node)) this.#changedUs.set(node, nowUs);
  }

  #writes(node: string, changes: readonly CibChange[], nowUs: number): void {
    const mark = `name="${dampedName(node)}"`;
    if (!changes.some((change) => change.op === "create" && change.xml.includes(mark))) return;
    const changedUs = this.#changedUs.get(node);
    this.#changedUs.delete(node);
    if (changedUs === undefined) return;
    this.counts.dampenedWrites++;
    if (nowUs - changedUs >= tolerance * dampenMs * 1000) return;
    this.#fail(
      "ATT4",
      `${node} writes ${dampedName(node)} ${Math.round((nowUs - changedUs) / 1000)} ms after its ` +
        `first change, and not after ${dampenMs} ms`,
    );
  }

  #look(nowUs: number): void {
    for (const { name, up, paused } of this.#world.nodes) {
      const view = up && !paused ? this.#viewOf(name) : undefined;
      const why = view?.quorate ? this.#keptBy(name, view) : undefined;
      const before = this.#suspects.get(name);
      if (view === undefined || why === undefined) this.#suspects.delete(name);
      else if (before?.view !== view || before.why !== why) {
        this.#suspects.set(name, { view, why, sinceUs: nowUs });
      } else if (nowUs - before.sinceUs > keptUs) this.#fail("ATT3", why);
    }
  }

  #judge(nowUs: number): void {
    for (const { name, up, paused } of this.#world.nodes) {
      const view = this.#viewOf(name);
      if (!up || paused || view?.quorate !== true) continue;
      const members = view.members.map(({ node }) => node);
      if (this.#mayNotKnow(view)) continue;
      for (const known of this.#known.values()) {
        if (!members.includes(known.target) || nowUs - known.atUs < spreadUs) continue;
        this.counts.attributesJudged++;
        this.#judgeOne(name, known);
      }
    }
  }

  /**
   * Whether the coordinator takes no CIB over, since that of a member may be newer than all others and
   * cannot be used: it is damaged, or not what the member says.
   */
  #mayNotKnow({ members: [first] }: View): boolean {
    const { coordinator } = this.#cibStateOf(first?.node ?? "") ?? {};
    return coordinator?.type === "collecting" &&
      [...coordinator.reports.values()].some(({ type }) => type === "corrupt");
  }

  #judgeOne(node: string, { target, name, value }: Known): void {
    const attrd = this.#attrdOf(node);
    const what = `${name} of ${target} was acknowledged as ${value ?? "deleted"}`;
    const own = target === node;
    const has = (own ? attrd?.own : attrd?.mirrors.get(target)?.values)?.get(name)?.value;
    if (has !== value) {
      this.#fail(own ? "ATT1" : "ATT2", `${what}, but ${node} knows ${has ?? "nothing"}`);
      return;
    }
    const root = this.#cibOf(node);
    const state = root && elements(elementAt(root, "/cib/status"), "node_state")
      .find(({ attributes }) => attributes.uname === target)?.attributes;
    // A node that must be fenced first is no full member yet.
    if (root === undefined || state?.in_ccm !== "true" || state.join !== "member") return;
    const written = attributeOf(root, state.id ?? target, name);
    const isPrivate = this.#world.nodes.some((node) => privateName(node.name) === name);
    if (written !== (isPrivate ? undefined : value)) {
      this.#fail("ATT2", `${what}, but the CIB of ${node} has ${written ?? "nothing"}`);
    }
  }

  /** What a node keeps of a node that left, in words. */
  #keptBy(node: string, view: View): string | undefined {
    const members = view.members.map(({ node }) => node);
    if (members.length < this.#world.cluster.size) this.counts.goneJudged++;
    const isGone = (name: string) => !members.includes(name);
    const mirrored = [...this.#attrdOf(node)?.mirrors.keys() ?? []].find(isGone);
    if (mirrored !== undefined) return `${node} still knows attributes of ${mirrored}, which left`;
    const { coordination } = this.#world.node(node).state("crmd") as CrmdState | undefined ?? {};
    const root = this.#cibOf(node);
    if (coordination === undefined || root === undefined) return undefined;
    if (!members.every((member) => coordination.done.has(member))) return undefined;
    const kept = elements(elementAt(root, "/cib/status"), "node_state")
      .filter((state) => elements(state, "transient_attributes").length > 0)
      .map(({ attributes }) => attributes.uname ?? "").find(isGone);
    return kept === undefined
      ? undefined
      : `the CIB still has attributes of ${kept}, which left, and ${node} coordinates`;
  }

  // The service's name says what its state is.
  #attrdOf = (node: string) => this.#world.node(node).state("attrd") as AttrdState | undefined;
  #cibStateOf = (node: string) => this.#world.node(node).state("cib") as CibState | undefined;
  #cibOf = (node: string) => this.#cibStateOf(node)?.copy?.root;
  #viewOf = (node: string): View | undefined => this.#attrdOf(node)?.view;
}
