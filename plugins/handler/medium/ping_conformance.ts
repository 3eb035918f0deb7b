/**
 * The rules for every medium that is a pseudo-member (`describe().type` is `ping`).
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause } from "../conformance.ts";
import type { Medium, MediumEvent } from "./contract.ts";

/** What the plugin's test tells the suite. */
export interface PingGiven {
  /** Changes to the example configuration that name something which never answers. */
  readonly silent: Readonly<Record<string, unknown>>;
}

/** Milliseconds an answer may take on one machine. */
const answerMs = 2_000;
/** Milliseconds in which something that must not happen would have happened. */
const quietMs = 300;

const answered = (event: unknown): boolean => (event as MediumEvent).type === "answered";
const frame = (text: string): Uint8Array => new TextEncoder().encode(`###\n${text}%%%\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The numbered clauses. */
export const clauses: readonly Clause<Medium, PingGiven>[] = [
  {
    id: "PING1",
    says: "an answer is reported by its name, once for each packet and never without one",
    async check(trial) {
      await using opened = await trial.open();
      await pause(quietMs);
      assert.deepEqual(opened.events, []);
      for (let count = 1; count <= 3; count++) {
        await opened.api.send(frame(`packet ${count}`));
        const end = performance.now() + answerMs;
        while (opened.events.filter(answered).length < count && performance.now() < end) {
          await pause(5);
        }
      }
      await pause(quietMs);
      const event = { type: "answered", member: trial.config["name"] };
      assert.deepEqual(opened.events, [event, event, event]);
    },
  },
  {
    id: "PING2",
    says: "a host that does not answer is not reported as answering",
    async check(trial) {
      await using opened = await trial.open(trial.given.silent);
      for (let count = 0; count < 3; count++) await opened.api.send(frame("nobody"));
      await pause(quietMs);
      assert.equal(opened.events.some(answered), false);
    },
  },
  {
    id: "PING3",
    says: "it says that it is a pseudo-member, and its name",
    async check(trial) {
      await using opened = await trial.open();
      const { type, link } = await opened.api.describe();
      assert.deepEqual([type, link], ["ping", trial.config["name"]]);
    },
  },
  {
    id: "PING4",
    says: "a packet larger than the mtu is not sent, and an event reports it",
    async check(trial) {
      await using opened = await trial.open();
      const { mtuBytes } = await opened.api.describe();
      const told = opened.event((event) => (event as MediumEvent).type === "trouble", answerMs);
      await opened.api.send(new Uint8Array(mtuBytes + 1));
      await told;
    },
  },
  {
    id: "PING5",
    says: "after close nothing is held: it can be opened again at once",
    async check(trial) {
      for (let turn = 0; turn < 3; turn++) {
        await using opened = await trial.open();
        await opened.api.send(frame("and away"));
      }
    },
  },
];
