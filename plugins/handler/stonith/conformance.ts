/**
 * The rules for every plugin of kind `stonith`.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause } from "../conformance.ts";
import type { Stonith } from "./contract.ts";

/** What the plugin's test tells the suite. */
export interface StonithGiven {
  /** A host that the example configuration can fence now. */
  readonly host: string;
  /** Brings the host to life, before it is fenced. */
  revive(): Promise<void>;
  /**
   * Changes of the configuration that point to the wrong place, so that the device cannot see the
   * host: a mistyped name, another cluster, the address of nothing. At least one.
   */
  readonly misdirected: readonly Readonly<Record<string, unknown>>[];
  /** The truth, not asked of the plugin: does the host live? */
  alive(): Promise<boolean>;
}

/** Milliseconds one action may take in the suite. */
const timeoutMs = 10_000;

/** The numbered clauses. */
export const clauses: readonly Clause<Stonith, StonithGiven>[] = [
  {
    id: "STONITH1",
    says: "hosts() names what the configuration names",
    async check(trial) {
      await using opened = await trial.open();
      assert.ok((await opened.api.hosts()).includes(trial.given.host));
    },
  },
  {
    id: "STONITH2",
    says: "status() of a device that can be used is ok",
    async check(trial) {
      await using opened = await trial.open();
      const { ok, detail } = await opened.api.status();
      assert.equal(ok, true, detail);
    },
  },
  {
    id: "STONITH3",
    says: "off is confirmed only when the host is dead",
    async check(trial) {
      await trial.given.revive();
      assert.equal(await trial.given.alive(), true);
      await using opened = await trial.open();
      const { ok, detail } = await opened.api.fence("off", trial.given.host, timeoutMs);
      assert.equal(ok, true, detail);
      assert.equal(await trial.given.alive(), false);
    },
  },
  {
    id: "STONITH4",
    says: "off of a host that is off already is confirmed",
    async check(trial) {
      await trial.given.revive();
      await using opened = await trial.open();
      await opened.api.fence("off", trial.given.host, timeoutMs);
      assert.equal((await opened.api.fence("off", trial.given.host, timeoutMs)).ok, true);
    },
  },
  {
    id: "STONITH5",
    says: "a host that is not one of hosts() is refused, and says which there are",
    async check(trial) {
      await using opened = await trial.open();
      const { ok, detail } = await opened.api.fence("off", "no-such-host", timeoutMs);
      assert.equal(ok, false);
      assert.match(detail, new RegExp(trial.given.host));
    },
  },
  {
    id: "STONITH6",
    says: "a device that looks at the wrong place confirms nothing, and says why",
    async check(trial) {
      const { host, misdirected, revive, alive } = trial.given;
      assert.ok(misdirected.length > 0, "given.misdirected must name at least one wrong place");
      for (const change of misdirected) {
        await revive();
        await using opened = await trial.open(change);
        // A device may refuse by an answer or by an error.
        const { ok, detail } = await Promise.resolve(opened.api.fence("off", host, timeoutMs))
          .catch((error) => ({ ok: false, detail: String(error) }));
        assert.equal(ok, false, `${JSON.stringify(change)}: ${detail}`);
        assert.notEqual(detail, "");
        assert.equal(await alive(), true, "the host lives");
      }
    },
  },
  {
    id: "STONITH7",
    says: "status() that is asked during a fencing does not disturb it",
    async check(trial) {
      await trial.given.revive();
      await using opened = await trial.open();
      const status = () =>
        Promise.resolve(opened.api.status())
          .catch((error) => ({ ok: false, detail: String(error) }));
      const before = status();
      const fencing = Promise.resolve(opened.api.fence("off", trial.given.host, 2 * timeoutMs));
      const states = [before, status()];
      const { ok, detail } = await fencing;
      assert.equal(ok, true, detail);
      assert.equal(await trial.given.alive(), false);
      // The device may say that it is busy, but it answers.
      for (const state of await Promise.all(states)) assert.notEqual(state.detail, "");
    },
  },
];
