/**
 * Values that JSON can say, with something missing, doubled, of another type, or absurd.
 *
 * @module
 */
import type { Random } from "../../daemons/runtime/random.ts";

/** What nobody expects in the place of anything. */
const absurd: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e308,
  "",
  "x".repeat(300),
  "x".repeat(70_000),
  "../../etc/passwd",
  "\u001b[2J",
  "__proto__",
  [],
  {},
  [[[[[[]]]]]],
  [null],
  { type: "ccm/view" },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  { toString: 1, valueOf: 2, length: -1 },
  Array.from({ length: 5_000 }, (_, at) => at),
];

/** A copy with one place changed. */
export function mutated(value: unknown, random: Random): unknown {
  const copy: unknown = structuredClone(value);
  const places: Place[] = [];
  collect(copy, places, 0);
  if (places.length === 0) return random.pick(absurd);
  const { holder, key } = random.pick(places);
  const at = holder[key];
  switch (random.between(0, 5)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      holder[`${key}`] = structuredClone(random.pick(absurd));
      break;
    case 2:
      holder[key] = other(at, random);
      break;
    case 3:
      holder[random.chance(0.5) ? "shoeSize" : "constructor"] = structuredClone(
        random.pick(absurd),
      );
      break;
    case 4: {
      // What stands elsewhere in it.
      const from = random.pick(places);
      holder[key] = structuredClone(from.holder[from.key]);
      break;
    }
    default:
      holder[key] = Array.isArray(at) ? { ...at } : [at];
  }
  return copy;
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function collect(value: unknown, places: Place[], depth: number): void {
  if (!isHolder(value) || depth > 32) return;
  for (const key of Object.keys(value)) {
    if (places.length >= 4096) return;
    places.push({ holder: value, key });
    collect(value[key], places, depth + 1);
  }
}

/** Objects and lists: both have members by name. */
function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A value of the same sort, and another one. */
function other(value: unknown, random: Random): unknown {
  switch (typeof value) {
    case "number":
      return random.pick([-value, value + 0.5, value * 2 ** 40, Number.MAX_SAFE_INTEGER + 1]);
    case "string":
      return random.pick([
        value.slice(0, -1),
        value + value,
        `${value}\u0000`,
        value.slice(0, 100).repeat(1000),
      ]);
    case "boolean":
      return String(value);
    default:
      return structuredClone(random.pick(absurd));
  }
}

/** Bytes, changed in one to four ways. */
export function mutatedBytes(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let made = Uint8Array.from(bytes);
  for (let change = random.between(1, 4); change > 0; change--) {
    const at = random.between(0, Math.max(0, made.length - 1));
    switch (random.between(0, 4)) {
      case 0:
        made = made.slice(0, at);
        break;
      case 1:
        if (made.length > 0) made[at] = made[at]! ^ (1 << random.between(0, 7));
        break;
      case 2:
        made = joined(made.slice(0, at), made.slice(random.between(0, made.length)));
        break;
      case 3:
        // Deeper than anybody needs.
        made = joined(
          made.slice(0, at),
          new Uint8Array(random.pick([10, 1_000, 30_000])).fill(random.pick([0x5b, 0x7b, 0x22])),
          made.slice(at),
        );
        break;
      default:
        if (made.length > 0) made[at] = random.between(0, 255);
    }
  }
  return made;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
