/**
 * Codecs that remember what a packet says: in this world all receivers of a packet get the same
 * bytes, and to open them anew for each would take most of the time.
 *
 * @module
 */
import type { Codecs } from "../../daemons/heartbeat/codecs.ts";

/** The same codecs; what they give for the same object they work out once. */
export function remembering(codecs: Codecs): Codecs {
  const { encoding, keys } = codecs;
  return {
    ...codecs,
    encoding: {
      ...encoding,
      open: once((packet) => encoding.open(packet)),
      decode: once((frame) => encoding.decode(frame)),
    },
    keys: {
      ...keys,
      entries: new Map([...keys.entries].map(([number, auth]) => {
        const signature = once((bytes) => auth.sign(bytes));
        return [number, {
          ...auth,
          sign: signature,
          verify: (bytes: Uint8Array, mac: string) => mac === signature(bytes),
        }];
      })),
    },
  };
}

function once<T>(work: (bytes: Uint8Array) => T): (bytes: Uint8Array) => T {
  const known = new WeakMap<Uint8Array, { readonly value: T }>();
  return (bytes) => {
    let result = known.get(bytes);
    if (result === undefined) known.set(bytes, result = { value: work(bytes) });
    return result.value;
  };
}
