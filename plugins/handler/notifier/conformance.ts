/**
 * The rules for every plugin of kind `notifier`.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause } from "../conformance.ts";
import type { Alert, Notifier } from "./contract.ts";

/** An alert as a daemon would give it. */
export const sample: Alert = {
  kind: "node",
  subject: "alice",
  what: "node alice is lost",
  why: "no heartbeat for 500 ms",
  wallMs: 1_700_000_000_000,
};

/** The numbered clauses. */
export const clauses: readonly Clause<Notifier>[] = [
  {
    id: "NOTIFIER1",
    says: "an alert is taken without an answer",
    async check(trial) {
      await using opened = await trial.open();
      assert.equal(await opened.api.notify(sample), undefined);
    },
  },
  {
    id: "NOTIFIER2",
    says: "a text with line breaks and control characters is one alert",
    async check(trial) {
      await using opened = await trial.open();
      await opened.api.notify({ ...sample, what: "a\nb\x1b[31m%n%s", why: "\r\n" });
    },
  },
];
