/**
 * Devices as a person tries them: `ha fence try`, with the parameters in a file.
 *
 * @module
 */
import { ha } from "../../../daemons/mgmtd/commands/testing/ha_child.ts";

/** What came of an action. */
export interface Tried {
  readonly ok: boolean;
  readonly detail: string;
  /** Milliseconds, with the start of the device's process. */
  readonly tookMs: number;
}

/** A device type with its parameters. */
export interface Device {
  readonly type: string;
  readonly name?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Where they are tried. */
export interface Bench {
  readonly here: string;
  readonly lock: string;
}

let files = 0;

/** Tries one action. */
export async function tried(
  { here, lock }: Bench,
  { type, values }: Device,
  action: string,
  timeout = "30s",
): Promise<Tried> {
  const file = `${here}/values_${++files}.json`;
  await Deno.writeTextFile(file, JSON.stringify(values), { mode: 0o600 });
  const words = [
    "fence",
    "try",
    type,
    action,
    `--config=${file}`,
    `--timeout=${timeout}`,
    "--json",
  ];
  const { out, err } = await ha(here, [...words, `--lock=${lock}`]);
  try {
    const { ok, detail, tookMs } = JSON.parse(out);
    return { ok, detail, tookMs };
  } catch {
    return { ok: false, detail: err.trim(), tookMs: 0 };
  }
}
