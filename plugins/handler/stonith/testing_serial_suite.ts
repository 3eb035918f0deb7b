/**
 * What every device at a serial line is tried with: the kind's conformance, partners that behave badly,
 * and what an instance may reach.
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";
import { conform, type Subject } from "../conform.ts";
import { clauses } from "./conformance.ts";
import type { Stonith } from "./contract.ts";
import { type Moods, underMoods } from "./testing_moods.ts";
import { reaches } from "./testing_reach.ts";
import { ends, noLines, type Played, TestingLine } from "./testing_serial.ts";

/** A line for the tests of one device. */
export interface SerialBench {
  /** Why it cannot be tried here. */
  readonly not: string | undefined;
  readonly folder: string;
  /** The device's end, and another line that is not its own. */
  readonly device: string;
  readonly other: string;
}

/** Finds out where a line can be, and whether there can be one. */
export async function serialBench(name: string): Promise<SerialBench> {
  const folder = `${filePath(new URL("../../../.test", import.meta.url))}/${name}_${Deno.pid}`;
  return { not: await noLines(), folder, ...ends(folder) };
}

/** A device and what plays it. */
export interface SerialDevice extends Omit<Moods, "not" | "never"> {
  readonly plugin: Subject<Stonith, unknown>["plugin"];
  readonly played: Played;
  /** Configurations that name what the device does not have. */
  readonly misdirected: readonly Readonly<Record<string, unknown>>[];
}

/** Registers the tests. */
export function triedOnLine(bench: SerialBench, tried: SerialDevice): void {
  const { not, folder, device, other } = bench;
  const { manifest, plugin, config, host, played, set, alive, misdirected } = tried;
  if (not === undefined) {
    const line = new TestingLine(folder);
    Deno.test.beforeAll(() => line.open());
    Deno.test.beforeEach(() => line.play(played));
    Deno.test.afterEach(() => line.rest());
    Deno.test.afterAll(() => line.close());
  }
  conform(clauses, {
    manifest,
    plugin,
    config,
    given: {
      host,
      revive: async () => await set("good"),
      misdirected,
      alive: async () => await alive(),
    },
    levels: ["process"],
    skip: not === undefined ? {} : Object.fromEntries(clauses.map(({ id }) => [id, not])),
  });
  underMoods({ ...tried, not });
  reaches({
    manifest,
    config: () => config,
    may: () => [`read ${device}`, `write ${device}`, "run /bin/stty"],
    mayNot: () => [`read ${other}`, `write ${other}`, "read /dev/ttyS0", "run /bin/dd"],
    not,
  });
}
