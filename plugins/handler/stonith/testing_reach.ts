/**
 * For tests of devices: what an instance may reach, tried from inside of its process, by code that
 * does not want to obey.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Field } from "../../../metadata/field.ts";
import type { Manifest } from "../../../pils/manifest.ts";
import { loaded } from "./testing_load.ts";

/** What a device is tried with. */
export interface Reach {
  readonly manifest: Manifest<readonly Field[]>;
  /** The configuration of the instance, when the test runs. */
  readonly config: () => Readonly<Record<string, unknown>>;
  /** What its permissions allow: see `testing_probe.ts`. */
  readonly may: () => readonly string[];
  /** What they forbid: its neighbour on the next port, above all. */
  readonly mayNot: () => readonly string[];
  /** Why it cannot be tried here. */
  readonly not?: string | undefined;
}

const probe = new URL("./testing_probe.ts", import.meta.url);

/** Registers the test. */
export function reaches({ manifest, config, may, mayNot, not }: Reach): void {
  const why = not === undefined ? "" : ` (not: ${not})`;
  Deno.test({
    name: `stonith/${manifest.name} reaches its own device, and no other, from inside${why}`,
    ignore: not !== undefined,
    async fn() {
      await using device = await loaded(manifest, config(), probe);
      for (const attempt of may()) {
        const { ok, detail } = await device.api.fence("off", attempt, 5_000);
        assert.ok(ok, detail);
      }
      const always = ["read /etc/passwd", "run /bin/true", "env HOME", "write /etc/passwd"];
      for (const attempt of [...mayNot(), ...always]) {
        const { ok, detail } = await device.api.fence("off", attempt, 5_000);
        assert.ok(!ok, `${detail} is not refused`);
        assert.match(detail, /NotCapable/);
      }
    },
  });
}
