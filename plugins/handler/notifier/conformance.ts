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
  node: "bob",
  sequence: 7,
  facts: { node: "alice", nodeid: "1", desc: "lost" },
  alert: "sample",
  recipient: "",
  timeoutMs: 10_000,
  parameters: {},
};

/** One of each kind. */
export const samples: readonly Alert[] = [
  sample,
  {
    ...sample,
    kind: "fencing",
    what: "alice is fenced (reboot) by carol",
    facts: { node: "alice", task: "reboot", rc: "0", desc: "Operation reboot of alice: OK" },
  },
  {
    ...sample,
    kind: "resource",
    subject: "web",
    what: "web: monitor failed on bob: not running",
    facts: {
      node: "bob",
      rsc: "web",
      task: "monitor",
      interval: "10000",
      desc: "not running",
      status: "0",
      target_rc: "0",
      rc: "7",
      exec_time: "12",
      state: "failed",
    },
  },
  {
    ...sample,
    kind: "attribute",
    what: "pingd of bob is 100",
    facts: { node: "bob", nodeid: "2", attribute_name: "pingd", attribute_value: "100" },
  },
];

/** What a plugin's test gives beside its configuration. */
export interface NotifierGiven {
  /** A recipient that gets what it is sent; absent: the configuration says whom it is for. */
  readonly recipient?: string;
  /** Configurations and recipients that reach nobody. */
  readonly unreachable?: readonly {
    readonly config?: Readonly<Record<string, unknown>>;
    readonly recipient?: string;
  }[];
  /** What has arrived so far, one text each; absent: the test cannot know. */
  readonly arrived?: () => Promise<readonly string[]>;
}

/** A text that would end a line, a header, a command or a value. */
const hostile = "a\r\n.\r\nQUIT\nb\u001b[31m%n%s\"'`$(id)\u0000<&>]\u2028{what}";

/** The numbered clauses. */
export const clauses: readonly Clause<Notifier, NotifierGiven | undefined>[] = [
  {
    id: "NOTIFIER1",
    says: "an alert of each kind is taken without an answer",
    async check(trial) {
      await using opened = await trial.open();
      const recipient = trial.given?.recipient ?? "";
      for (const one of samples) {
        assert.equal(await opened.api.notify({ ...one, recipient }), undefined);
      }
    },
  },
  {
    id: "NOTIFIER2",
    says: "a text with line breaks and control characters is one alert",
    async check(trial) {
      await using opened = await trial.open();
      const before = await trial.given?.arrived?.();
      await opened.api.notify({
        ...sample,
        what: hostile,
        why: hostile,
        facts: { ...sample.facts, desc: hostile },
        recipient: trial.given?.recipient ?? "",
      });
      const after = await trial.given?.arrived?.();
      if (before !== undefined) assert.equal(after?.length, before.length + 1);
    },
  },
  {
    id: "NOTIFIER3",
    says: "an alert that reaches nobody is an error, within its timeout",
    async check(trial) {
      for (const { config, recipient = "" } of trial.given?.unreachable ?? []) {
        const begun = performance.now();
        await assert.rejects(async () => {
          await using opened = await trial.open(config);
          await opened.api.notify({ ...sample, recipient, timeoutMs: 1_000 });
        });
        assert.ok(performance.now() - begun < 20_000, "it ended");
      }
    },
  },
  {
    id: "NOTIFIER4",
    says: "alerts that are awaited one by one arrive in their order",
    async check(trial) {
      if (trial.given?.arrived === undefined) return;
      await using opened = await trial.open();
      const recipient = trial.given.recipient ?? "";
      const before = (await trial.given.arrived()).length;
      for (const at of [1, 2, 3]) {
        await opened.api.notify({ ...sample, recipient, what: `number-${at}`, sequence: at });
      }
      const found = (await trial.given.arrived()).slice(before);
      assert.deepEqual(found.map((text) => /number-[123]/.exec(text)?.[0]), [
        "number-1",
        "number-2",
        "number-3",
      ]);
    },
  },
];
