/**
 * For tests of devices: partners that behave badly, and what a device must make of each.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Field } from "../../../metadata/field.ts";
import type { Manifest } from "../../../pils/manifest.ts";
import { loaded } from "./testing_load.ts";

/** How a partner behaves. */
export type Mood =
  /** As it should. */
  | "good"
  /** It answers late, but within the time. */
  | "slow"
  /** It says done, and changes nothing. */
  | "lies"
  /** It takes what comes, and answers nothing. */
  | "hangs"
  /** It refuses to switch. */
  | "refuses"
  /** It closes the line instead of an answer. */
  | "drops"
  /** It switches another outlet. */
  | "other";

/** All moods but the good one. */
const badMoods: readonly Mood[] = ["slow", "lies", "hangs", "refuses", "drops", "other"];

/** A device and its partner. */
export interface Moods {
  readonly manifest: Manifest<readonly Field[]>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly host: string;
  /** Sets the mood, with the host alive. */
  readonly set: (mood: Mood) => void | Promise<void>;
  /** The truth: is the host on? */
  readonly alive: () => boolean | Promise<boolean>;
  /** Moods that this partner cannot have. */
  readonly except?: readonly Mood[];
  /** Milliseconds of one action. */
  readonly timeoutMs?: number;
  /** A detail of no mood may match it: a password. */
  readonly never?: RegExp;
  readonly not?: string | undefined;
}

/** Milliseconds beyond its time within which a device must have answered. */
const lateMs = 300;

/** Registers one test for each mood. */
export function underMoods(given: Moods): void {
  const { manifest, except = [], not } = given;
  for (const mood of badMoods.filter((one) => !except.includes(one))) {
    const what = mood === "slow" ? "confirmed" : "not confirmed, in time";
    Deno.test({
      name: `stonith/${manifest.name}, its partner "${mood}": off is ${what}`,
      ignore: not !== undefined,
      fn: () => underMood(mood, given),
    });
  }
}

async function underMood(
  mood: Mood,
  { manifest, config, host, set, alive, timeoutMs = 2_000, never = /(?!)/ }: Moods,
): Promise<void> {
  const good = mood === "slow";
  // What must succeed is given time on a busy machine; what must fail may use up its own.
  const ms = good ? 5 * timeoutMs : timeoutMs;
  await set("good");
  await using device = await loaded(manifest, config);
  try {
    await set(mood);
    const begin = performance.now();
    const { ok, detail } = await device.api.fence("off", host, ms);
    const tookMs = performance.now() - begin;
    assert.equal(ok, good, detail);
    assert.ok(tookMs < ms + lateMs, `${tookMs} ms`);
    assert.notEqual(detail, "");
    assert.doesNotMatch(detail, never);
    assert.equal(await alive(), !good);
    if (mood === "drops") assert.equal((await device.api.status()).ok, false);
    assert.doesNotMatch(device.lines.join("\n"), never);
  } finally {
    await set("good");
  }
}
