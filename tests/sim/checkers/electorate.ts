/**
 * MEM3 with changing nodes: quorate views form one chain, whatever the electorate. Each view has a
 * member of the view before it, a majority of that view's electorate and a majority of its own.
 * Every node that counts has been added by an operator. A view is in the chain as soon as it is
 * committed, even if no node lives to announce it.
 *
 * @module
 */
import { inForce } from "../../../daemons/ccm/electorate.ts";
import { type PeerMessage, type Proposal, readPeerMessage } from "../../../daemons/ccm/protocol.ts";
import { epochText } from "../../../daemons/runtime/epoch.ts";
import type { View } from "../../../daemons/runtime/messages.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Views remembered at most; far older ones cannot come up any more. */
const viewsMax = 4_096;
/** Proposals remembered at most: what is committed was proposed just before. */
const proposalsMax = 256;

interface Link {
  readonly epoch: number;
  readonly members: readonly string[];
  readonly electorate: readonly string[];
}

/** Watches every quorate view that is announced. */
export class ElectorateChecker implements Checker {
  readonly watches = ["MEM3", "LIVE"];
  readonly counts = { links: 0, electorates: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #settledMs: number;
  /** By epoch, rising. The first is what the cluster begins with. */
  readonly #chain: Link[];
  readonly #came: Set<string>;
  readonly #proposals = new Map<number, Proposal>();
  #stillSinceUs: number | undefined;

  constructor(world: World, fail: Fail, settledMs: number) {
    this.#world = world;
    this.#fail = fail;
    this.#settledMs = settledMs;
    const { founders } = world;
    this.#chain = [{ epoch: 0, members: founders, electorate: founders }];
    this.#came = new Set(founders);
  }

  observe(observation: Observation, nowUs: number): void {
    switch (observation.type) {
      case "booted":
        this.#came.add(observation.node);
        return;
      case "calm":
        if (!observation.on && this.#stillSinceUs !== undefined) this.#judge(nowUs);
        this.#stillSinceUs = observation.on ? nowUs : undefined;
        return;
      case "sent":
        if (observation.service !== "ccm") return;
        if (observation.message.type === "peer") {
          this.#said(readPeerMessage(observation.message.body));
        }
        if (observation.message.type !== "ccm/view") return;
        if (observation.message.view.quorate) this.#quorate(observation.message.view);
    }
  }

  #said(message: PeerMessage | undefined): void {
    if (message?.type === "propose") {
      this.#proposals.set(message.proposal.epoch, message.proposal);
      if (this.#proposals.size > proposalsMax) {
        for (const epoch of this.#proposals.keys()) {
          this.#proposals.delete(epoch);
          break;
        }
      }
    } else if (message?.type === "commit") {
      const { epoch, members } = message;
      const proposal = this.#proposals.get(epoch);
      if (proposal === undefined) return;
      this.#proposals.delete(epoch);
      const { electorates, electors: electorate } = proposal;
      const lists = [...inForce(electorates).map(({ nodes }) => nodes), electorate];
      const quorate = lists.every((list) =>
        2 * members.filter(({ node }) => list.includes(node)).length > list.length
      );
      if (quorate) this.#quorate({ epoch, members, quorate, electorate });
    }
  }

  #quorate(view: View): void {
    const { epoch, electorate } = view;
    let at = this.#chain.length;
    while (at > 0 && this.#chain[at - 1]!.epoch >= epoch) at--;
    if (this.#chain[at]?.epoch === epoch) return;
    const members = view.members.map(({ node }) => node);
    const link = { epoch, members, electorate };
    this.#majority(link, link);
    const before = this.#chain[at - 1];
    const after = this.#chain[at];
    if (before !== undefined) this.#follows(before, link);
    if (after !== undefined) this.#follows(link, after);
    const stranger = electorate.find((name) => !this.#came.has(name));
    if (stranger !== undefined) {
      this.#fail("MEM3", `view ${epochText(epoch)} counts ${stranger}, which never was there`);
    }
    this.#chain.splice(at, 0, link);
    if (this.#chain.length > viewsMax) this.#chain.shift();
  }

  #follows(before: Link, link: Link): void {
    this.counts.links++;
    if (!link.members.some((name) => before.members.includes(name))) {
      this.#fail(
        "MEM3",
        `quorate view ${epochText(link.epoch)} (${link.members.join(" ")}) has nobody of ` +
          `${epochText(before.epoch)} (${before.members.join(" ")})`,
      );
    }
    this.#majority(before, link);
  }

  #majority({ epoch, electorate }: Link, link: Link): void {
    const there = link.members.filter((name) => electorate.includes(name)).length;
    if (there * 2 > electorate.length) return;
    this.#fail(
      "MEM3",
      `view ${epochText(link.epoch)} (${link.members.join(" ")}) is quorate with ${there} of ` +
        `those that ${epochText(epoch)} counts: ${electorate.join(" ")}`,
    );
  }

  /** In the end those count that should be there, if all of them hear each other. */
  #judge(nowUs: number): void {
    const { nodes, network, cluster } = this.#world;
    if (nowUs - (this.#stillSinceUs ?? nowUs) <= this.#settledMs * 1000) return;
    const alive = nodes.filter(({ name, up, paused }) => cluster.has(name) && up && !paused);
    const whole = alive.length === cluster.size &&
      nodes.every((one) => nodes.every((other) => network.connected(one.name, other.name)));
    if (!whole) return;
    this.counts.electorates++;
    const wanted = [...cluster].sort().join(" ");
    const last = this.#chain.at(-1)!;
    if (last.electorate.join(" ") !== wanted) {
      this.#fail(
        "LIVE",
        `these should count: ${wanted}; but these do: ${last.electorate.join(" ")}`,
      );
    }
  }
}
