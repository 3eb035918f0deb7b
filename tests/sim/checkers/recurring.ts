/**
 * RSC5: a recurring operation runs once in its interval, neither more nor less often. An operation
 * is ended after its timeout, even if its agent never returns.
 *
 * @module
 */
import { graceMs } from "../../../daemons/lrmd/dispatch.ts";
import type { LrmOperation } from "../../../daemons/runtime/messages.ts";
import { pluginGivenUp } from "../faults/services.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** A part of an interval that the clocks of this world may lose. */
const clockError = 0.03;
/**
 * Milliseconds after which monitors run again that the next local resource manager was given: a
 * second, and what it takes to load their class.
 */
const restoredMs = 2_000;
/** Milliseconds that an operation may wait for others of its resource, and of its node. */
const waitMsMax = 90_000;

interface Recurring {
  readonly operation: LrmOperation;
  lastUs: number;
  /** It was ordered again since it last ran: it may run at once. */
  anew: boolean;
  /** When it first ran after that, and how often it has since. */
  firstUs: number;
  runs: number;
  /** Until when it must run again, where the next local resource manager was given it. */
  mustUs?: number;
}

/** Watches the orders to local resource managers, their actions, and their answers. */
export class RecurringChecker implements Checker {
  readonly watches = ["RSC5"];
  readonly counts = { recurred: 0, answered: 0, restored: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  /** By node and key of the operation. */
  readonly #recurring = new Map<string, Recurring>();
  /** By node and id: what has been ordered and not answered, and until when it must be. */
  readonly #open = new Map<string, { readonly what: string; readonly dueUs: number }>();
  #polledUs = 0;

  constructor(world: World, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  observe(observation: Observation, nowUs: number): void {
    if (nowUs - this.#polledUs > 5_000_000) this.#poll(nowUs);
    switch (observation.type) {
      case "fault": {
        // Its agents answer nothing any more: the coordinator fences the node, if a device answers.
        const lost = pluginGivenUp(observation.text);
        if (lost?.instance.startsWith("ra:")) this.#forget(lost.node);
        return;
      }
      // One that hangs runs nothing until it goes on or is ended.
      case "process hung":
      case "process resumed":
      case "process down":
        if (observation.services.includes("lrmd")) this.#forget(observation.node);
        return;
      case "process up":
        if (observation.services.includes("crmd")) this.#forget(observation.node);
        return;
      case "resumed":
        // All that was due meanwhile is late, and comes at once.
        this.#forget(observation.node);
        return;
      case "operation":
        if (observation.phase === "begins" && observation.intervalMs > 0) {
          this.#runs(observation, nowUs);
        }
        return;
      case "received":
        if (observation.service === "lrmd") this.#told(observation, nowUs);
        return;
      case "sent": {
        const { service, message, node } = observation;
        if (service !== "lrmd" || message.type !== "lrm/result") return;
        // A class of agents that was given up runs nothing, and says so.
        const { resource } = message.result.operation;
        for (const [key, recurring] of this.#recurring) {
          if (key.startsWith(`${node} ${resource} `)) delete recurring.mustUs;
        }
        if (message.id === undefined) return;
        if (this.#open.delete(`${node} ${message.id}`)) this.counts.answered++;
      }
    }
  }

  #told({ node, message }: Extract<Observation, { type: "received" }>, nowUs: number): void {
    switch (message.type) {
      case "lrm/execute": {
        const { operation, id } = message;
        const { resource, action, intervalMs, timeoutMs, startDelayMs, agent } = operation;
        if (agent.class === "stonith") return;
        const key = `${node} ${resource} ${action} ${intervalMs}`;
        if (intervalMs > 0) {
          const before = this.#recurring.get(key)?.lastUs ?? nowUs;
          const runs = { firstUs: nowUs, runs: 0 };
          this.#recurring.set(key, { operation, lastUs: before, anew: true, ...runs });
        } else if (action !== "monitor" && action !== "notify") this.#forget(node, resource);
        const waitMs = timeoutMs + graceMs + startDelayMs + waitMsMax;
        this.#open.set(`${node} ${id}`, {
          what: `${action} of ${resource} on ${node}`,
          dueUs: nowUs + waitMs * 1000,
        });
        return;
      }
      case "lrm/restore":
        // They run again within a second; the grid of their runs is another one.
        for (const { operation } of message.results) {
          const { resource, action, intervalMs, agent } = operation;
          const key = `${node} ${resource} ${action} ${intervalMs}`;
          if (intervalMs === 0 || agent.class === "stonith" || this.#recurring.has(key)) continue;
          const runs = { lastUs: nowUs, firstUs: nowUs, runs: -1 };
          const mustUs = nowUs + restoredMs * 1000;
          this.#recurring.set(key, { operation, anew: false, ...runs, mustUs });
          this.counts.restored++;
        }
        return;
      case "lrm/cancel":
        this.#recurring.delete(
          `${node} ${message.resource} ${message.action} ${message.intervalMs}`,
        );
        return;
      case "lrm/forget":
        this.#forget(node, message.resource);
    }
  }

  #runs(
    { node, resource, action, intervalMs }: Extract<Observation, { type: "operation" }>,
    nowUs: number,
  ): void {
    const recurring = this.#recurring.get(`${node} ${resource} ${action} ${intervalMs}`);
    if (recurring === undefined) return;
    if (recurring.anew) Object.assign(recurring, { firstUs: nowUs, runs: 0 });
    else {
      this.counts.recurred++;
      recurring.runs++;
      // One that had to wait runs late, and the next one in its own time. The second comes early.
      const sinceMs = (nowUs - recurring.firstUs) / 1000;
      if (recurring.runs > sinceMs / (intervalMs * (1 - clockError)) + 1) {
        this.#fail(
          "RSC5",
          `${action} of ${resource} has run ${recurring.runs} times on ${node} within ` +
            `${Math.round(sinceMs)} ms, not every ${intervalMs} ms`,
        );
      }
    }
    recurring.lastUs = nowUs;
    recurring.anew = false;
    delete recurring.mustUs;
  }

  #poll(nowUs: number): void {
    this.#polledUs = nowUs;
    for (const [key, { operation, lastUs, anew, mustUs }] of this.#recurring) {
      const { resource, action, intervalMs, timeoutMs } = operation;
      const node = key.split(" ")[0]!;
      if (anew || this.#world.node(node).paused) continue;
      if (mustUs !== undefined && nowUs > mustUs) {
        this.#fail("RSC5", `${action} of ${resource} does not go on with the next lrmd of ${node}`);
      }
      // An operation waits for the others of its resource, which may take their whole timeouts.
      let othersMs = 0;
      for (const { operation: other } of this.#recurring.values()) {
        if (other.resource === resource && other !== operation) {
          othersMs += other.timeoutMs + graceMs;
        }
      }
      const mayMs = intervalMs * (1 + clockError) + 2 * (timeoutMs + graceMs) + othersMs + 5_000;
      const sinceMs = (nowUs - lastUs) / 1000;
      if (sinceMs <= mayMs) continue;
      this.#fail(
        "RSC5",
        `${action} of ${resource} on ${node} is to run every ${intervalMs} ms, and has not for ` +
          `${Math.round(sinceMs)} ms`,
      );
    }
    for (const [key, { what, dueUs }] of this.#open) {
      if (nowUs <= dueUs || this.#world.node(key.split(" ")[0]!).paused) continue;
      this.#open.delete(key);
      this.#fail("RSC5", `${what} is not over, long after its time`);
    }
  }

  /**
   * Earlier orders to a node's local resource manager no longer count; of one resource, or of all.
   */
  #forget(node: string, resource?: string): void {
    const start = resource === undefined ? `${node} ` : `${node} ${resource} `;
    for (const key of this.#recurring.keys()) {
      if (key.startsWith(start)) this.#recurring.delete(key);
    }
    if (resource !== undefined) return;
    for (const key of this.#open.keys()) if (key.startsWith(start)) this.#open.delete(key);
  }
}
