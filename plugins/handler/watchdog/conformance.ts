/**
 * The rules for every watchdog.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause } from "../conformance.ts";
import type { Watchdog } from "./contract.ts";

/** What a plugin's test knows beside. */
export interface Given {
  /** Makes what the watchdog is to watch, and says what to change in the configuration. */
  readonly begin: () => Promise<Readonly<Record<string, unknown>>>;
  /** Whether it has bitten, or would by now. */
  readonly bitten: () => Promise<boolean>;
  /** Removes it again. */
  readonly end: () => Promise<void>;
  /** The timeout in the example configuration. */
  readonly timeoutMs: number;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it has bitten; a guard on a busy machine may take a moment longer. */
async function bites(given: Given): Promise<boolean> {
  for (let waited = 0; waited < given.timeoutMs + 5_000; waited += 20) {
    if (await given.bitten()) return true;
    await pause(20);
  }
  return false;
}

/** The clauses of `watchdog/1`. */
export const clauses: readonly Clause<Watchdog, Given>[] = [
  {
    id: "WATCHDOG1",
    says: "it does not bite before it is armed, nor while it is petted, nor when disarmed",
    async check({ given, open }) {
      const change = await given.begin();
      try {
        await using opened = await open(change);
        await pause(given.timeoutMs / 2);
        assert.equal(await given.bitten(), false, "not armed");
        await opened.api.arm();
        for (let pet = 0; pet < 6; pet++) {
          await pause(given.timeoutMs / 4);
          await opened.api.pet();
        }
        assert.equal(await given.bitten(), false, "petted");
        await opened.api.disarm();
        await pause(given.timeoutMs * 1.5);
        assert.equal(await given.bitten(), false, "disarmed");
      } finally {
        await given.end();
      }
    },
  },
  {
    id: "WATCHDOG2",
    says: "once armed it bites when it is not petted",
    async check({ given, open }) {
      const change = await given.begin();
      try {
        await using opened = await open(change);
        await opened.api.arm();
        await opened.api.pet();
        assert.equal(await bites(given), true);
      } finally {
        await given.end();
      }
    },
  },
  {
    id: "WATCHDOG3",
    says: "it can be armed again after it was disarmed, and petted when it is not armed",
    async check({ given, open }) {
      const change = await given.begin();
      try {
        await using opened = await open(change);
        await opened.api.pet();
        await opened.api.disarm();
        await opened.api.arm();
        await opened.api.disarm();
        await opened.api.arm();
        assert.equal(await given.bitten(), false);
        await opened.api.disarm();
      } finally {
        await given.end();
      }
    },
  },
];
