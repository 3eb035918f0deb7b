/**
 * What every switch over telnet is tried with: the kind's conformance, partners that behave badly, what
 * an instance may reach, and a wrong password.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform, type Subject } from "../conform.ts";
import { clauses } from "./conformance.ts";
import type { Stonith } from "./contract.ts";
import { loaded } from "./testing_load.ts";
import { type Moods, underMoods } from "./testing_moods.ts";
import { reaches } from "./testing_reach.ts";
import { password, type TestingSwitch } from "./testing_switch.ts";

/** A device, and the switch that plays it; plug 1 is alice's. */
export interface TelnetDevice {
  readonly manifest: Moods["manifest"];
  readonly plugin: Subject<Stonith, unknown>["plugin"];
  readonly played: TestingSwitch;
  /** What its configuration has beside address, port, password and nodes. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Registers the tests. @returns the configuration with which the device reaches the switch */
export function triedOverTelnet({ manifest, plugin, played, more = {} }: TelnetDevice) {
  const { name } = manifest;
  const folder = `${filePath(new URL("../../../.test", import.meta.url))}/${name}${Deno.pid}`;
  const port = 20_000 + Deno.pid % 10_000;
  const passwordfile = `${folder}/password`;
  const open = { address: "127.0.0.1", port, hostlist: ["alice:1", "bob:2"], ...more };
  const config = { ...open, passwordfile };
  const alive = () => played.plugs["1"] === "ON";

  Deno.test.beforeAll(async () => {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(passwordfile, `${password}\n`, { mode: 0o600 });
  });
  Deno.test.beforeEach(() => played.start(port));
  Deno.test.afterEach(() => played.close());
  Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

  conform(clauses, {
    manifest,
    plugin,
    config,
    given: {
      host: "alice",
      revive: () => Promise.resolve(played.set("good")),
      misdirected: [{ port: port + 1 }, { hostlist: ["alice:3"] }],
      alive: () => Promise.resolve(alive()),
    },
    levels: ["process"],
  });
  underMoods({
    manifest,
    config,
    host: "alice",
    set: (mood) => played.set(mood),
    alive,
    never: /turnstile/,
  });
  reaches({
    manifest,
    config: () => config,
    may: () => [`connect 127.0.0.1 ${port}`, `read ${passwordfile}`],
    mayNot: () => [`connect 127.0.0.1 ${port + 1}`, `connect 127.0.0.2 ${port}`],
  });
  Deno.test(`stonith/${name}: a wrong password is refused, and not shown`, async () => {
    played.set("good");
    await using device = await loaded(manifest, { ...open, password: "wrong turnstile" });
    const { ok, detail } = await device.api.fence("off", "alice", 5_000);
    assert.equal(ok, false);
    assert.match(detail, /refuses the user or password/);
    assert.doesNotMatch(detail, /turnstile/);
  });
  return config;
}
