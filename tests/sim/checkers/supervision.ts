/**
 * SUP1 to SUP3: how the daemons of a node are kept by their parent, checked by a naive twin of its rules:
 *
 * - SUP1: a daemon that ends again within the period is started after a pause that doubles, and so
 *   often at most;
 * - SUP2: a daemon that hangs is ended;
 * - SUP3: a node that is asked to end cleanly does so, while nothing else is broken.
 *
 * @module
 */
import { intensity } from "../../../daemons/recoverymgrd/core.ts";
import { isMessageFault } from "../faults/messages.ts";
import { exitState } from "../../../daemons/runtime/exit_code.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import { parentName } from "../parent.ts";

/** Clocks run at other rates, and an end is known a moment later: what is judged is so much shorter. */
const tolerance = 0.8;
/** Milliseconds after which a daemon that hangs must be ended. */
const hungMsMax = 8_000;
/** Milliseconds of a daemon's life in which it may not have answered yet: it loads its code first. */
const greetsMs = 3_000;
/** Milliseconds in which a node ends cleanly. */
const stopMsMax = 45_000;

/** What is known of a node. */
interface Place {
  /** Ends of daemons that their parent has to answer, by daemon. */
  readonly ends: Map<string, number[]>;
  /** Since when each daemon runs, and which hang. */
  readonly upUs: Map<string, number>;
  readonly hungUs: Map<string, number>;
  stoppingUs: number | undefined;
}

/** See the head of the file. */
export class SupervisionChecker implements Checker {
  readonly watches = ["SUP1", "SUP2", "SUP3"];
  readonly counts = { restarts: 0, pausedRestarts: 0, hungEnded: 0, stoppedInOrder: 0 };
  readonly #fail: Fail;
  readonly #places = new Map<string, Place>();
  #polledUs = 0;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  observe(observation: Observation, nowUs: number): void {
    if (nowUs - this.#polledUs > 1_000_000) this.#poll(nowUs);
    switch (observation.type) {
      case "booted":
      case "crashed":
        this.#places.delete(observation.node);
        return;
      case "paused":
      case "resumed": {
        // What stands still neither hangs nor stops.
        const place = this.#placeOf(observation.node);
        place.hungUs.clear();
        place.stoppingUs = undefined;
        return;
      }
      case "stopping":
        this.#placeOf(observation.node).stoppingUs ??= nowUs;
        return;
      case "fault":
        // Who cannot do what it should is not to be blamed.
        if (isMessageFault(observation.text) || observation.text.includes("cleanly")) return;
        for (const place of this.#places.values()) place.stoppingUs = undefined;
        return;
      case "process begins":
        return this.#begins(observation.node, observation.process, nowUs);
      case "process up":
        this.#placeOf(observation.node).upUs.set(observation.process, nowUs);
        if (observation.process === parentName) this.#placeOf(observation.node).ends.clear();
        return;
      case "process down":
        return this.#down(observation, nowUs);
      case "process hung": {
        const { upUs, hungUs } = this.#placeOf(observation.node);
        const { process } = observation;
        if (nowUs - (upUs.get(process) ?? nowUs) > greetsMs * 1000) hungUs.set(process, nowUs);
        return;
      }
      case "process resumed":
        this.#placeOf(observation.node).hungUs.delete(observation.process);
    }
  }

  #down(
    { node, process, code }: Extract<Observation, { readonly type: "process up" | "process down" }>,
    nowUs: number,
  ): void {
    const place = this.#placeOf(node);
    place.upUs.delete(process);
    if (place.hungUs.delete(process)) this.counts.hungEnded++;
    if (process === parentName) {
      if (place.stoppingUs !== undefined) this.counts.stoppedInOrder++;
      this.#places.delete(node);
      return;
    }
    // A daemon without room for its state is tried until there is some.
    if (code === exitState) return;
    place.ends.set(process, [...place.ends.get(process) ?? [], nowUs]);
  }

  #begins(node: string, process: string, nowUs: number): void {
    const { ends } = this.#placeOf(node);
    const sinceUs = nowUs - intensity.periodMs * tolerance * 1000;
    const recent = (times: readonly number[]) => times.filter((atUs) => atUs > sinceUs);
    const own = recent(ends.get(process) ?? []);
    const last = own.at(-1);
    if (last === undefined) return;
    this.counts.restarts++;
    const all = [...ends.values()].reduce((sum, times) => sum + recent(times).length, 0);
    if (all > intensity.restartsMax) {
      this.#fail("SUP1", `${node} starts ${process} after ${all} ends of daemons`);
    }
    if (own.length < 2) return;
    this.counts.pausedRestarts++;
    const { pauseMs, pauseMsMax } = intensity;
    const wantedMs = Math.min(pauseMsMax, pauseMs * 2 ** (own.length - 2)) * tolerance;
    const pausedMs = (nowUs - last) / 1000;
    if (pausedMs < wantedMs) {
      const text = `${node} starts ${process} ${pausedMs} ms after its ${own.length}th end`;
      this.#fail("SUP1", `${text}, not ${wantedMs}`);
    }
  }

  #poll(nowUs: number): void {
    this.#polledUs = nowUs;
    for (const [node, { hungUs, stoppingUs }] of this.#places) {
      for (const [process, sinceUs] of hungUs) {
        if (nowUs - sinceUs > hungMsMax * 1000) {
          this.#fail("SUP2", `${process} of ${node} hangs, and nobody ends it`);
        }
      }
      if (stoppingUs !== undefined && nowUs - stoppingUs > stopMsMax * 1000) {
        this.#fail("SUP3", `${node} is asked to end cleanly and does not`);
      }
    }
  }

  #placeOf(node: string): Place {
    let place = this.#places.get(node);
    if (place === undefined) {
      place = { ends: new Map(), upUs: new Map(), hungUs: new Map(), stoppingUs: undefined };
      this.#places.set(node, place);
    }
    return place;
  }
}
