/**
 * Messages with what the captured samples lack: deep structs, empty and odd values, every byte in
 * binary fields, control bytes, UTF-8 and what is none, lists with every sign, long names, packed fields.
 *
 * @module
 */
import { Random } from "../../../daemons/runtime/random.ts";
import type { WireField, WireMessage } from "../../../plugins/handler/encoding/contract.ts";

/** Structs within structs at most: one less than the original's bound, the frame itself is one. */
const depthMax = 14;

/** Which messages a cluster carries. */
export interface OddOptions {
  /** Bytes below 0x20 in texts: classic framing has its own use for some. */
  readonly controls: boolean;
  /** Bytes of a binary field at most. */
  readonly bytesMax: number;
}

/** The message of a number: the same one wherever it is made. */
export function oddMessage(number: number, options: OddOptions): WireMessage {
  const random = new Random(number * 7919 + 17);
  return [
    { type: "string", name: "t", value: "labodd" },
    { type: "string", name: "number", value: String(number) },
    ...fields(random, options, 0),
    ...(random.chance(0.3) ? [deep(random, options)] : []),
  ];
}

function fields(random: Random, options: OddOptions, depth: number): WireField[] {
  return Array.from(
    { length: random.between(0, depth === 0 ? 8 : 3) },
    () => field(random, options, depth),
  );
}

function field(random: Random, options: OddOptions, depth: number): WireField {
  // Names may repeat.
  const name = random.chance(0.1)
    ? "n".repeat(random.between(1, 200))
    : `f${random.between(0, 5)}${random.pick(["", "_x", "-y", ".z", ")", ":"])}`;
  switch (random.between(0, depth < 3 ? 5 : 3)) {
    case 0:
      return { type: "string", name, value: text(random, options) };
    case 1:
      return { type: "binary", name, value: bytes(random, random.between(0, 40)) };
    case 2:
      return {
        type: "list",
        // Lists of one name become one list.
        name: `l${depth}_${random.next()}`,
        value: Array.from({ length: random.between(1, 6) }, () => word(random)),
      };
    case 3:
      return {
        type: "binary",
        name,
        value: bytes(random, random.chance(0.1) ? options.bytesMax : random.between(0, 256)),
      };
    default:
      return { type: "struct", name, value: fields(random, options, depth + 1) };
  }
}

/** A struct in a struct in a struct. */
function deep(random: Random, options: OddOptions): WireField {
  let value: WireMessage = [{ type: "string", name: "bottom", value: text(random, options) }];
  for (let depth = random.between(2, depthMax); depth > 0; depth--) {
    value = [{ type: "struct", name: `d${depth}`, value }];
  }
  return { type: "struct", name: "deep", value };
}

function text(random: Random, { controls }: OddOptions): string {
  const signs = [..."abcXYZ019 =:,()<>%#&\"'\\/{}[]~é€𝄞"];
  if (controls) signs.push("\n", "\t", "\x01", "\x14", "\x1f", "\x0f", "\x7f");
  return Array.from({ length: random.between(0, 30) }, () => random.pick(signs)).join("");
}

const word = (random: Random): string =>
  Array.from({ length: random.between(1, 8) }, () => random.pick([..."ab1:,= ()é"])).join("");

function bytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.between(0, 255));
}
