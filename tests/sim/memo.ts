/**
 * Codecs that remember the content of a packet: in this world all receivers of a packet get the
 * same bytes, and decoding them again for each would take most of the time.
 *
 * @module
 */
import type { Encoding } from "../../plugins/handler/encoding/contract.ts";
import type { Codecs } from "../../daemons/heartbeat/codecs.ts";

/** The same encoding; what it gives for the same object it works out once. */
export const rememberingEncoding = (encoding: Encoding): Encoding => ({
  ...encoding,
  open: once((packet) => encoding.open(packet)),
  decode: once((frame) => encoding.decode(frame)),
});

/** The same codecs; whether a signature is right they work out once. */
export function rememberingKeys(codecs: Codecs): Codecs {
  const { keys } = codecs;
  return {
    ...codecs,
    keys: {
      ...keys,
      entries: new Map([...keys.entries].map(([number, auth]) => {
        const verdicts = once((_bytes): Map<string, boolean> => new Map());
        return [number, {
          ...auth,
          verify(bytes: Uint8Array, mac: string) {
            const known = verdicts(bytes);
            let verdict = known.get(mac);
            if (verdict === undefined) known.set(mac, verdict = auth.verify(bytes, mac));
            return verdict;
          },
        }];
      })),
    },
  };
}

/** Objects that are remembered: the receivers of one packet get it within a moment. */
const recentMax = 32;

/**
 * Not a WeakMap: one with an entry for each packet makes the collection of garbage slow, and what is
 * worked out a second time now and then costs less.
 */
export function once<T>(work: (bytes: Uint8Array) => T): (bytes: Uint8Array) => T {
  const keys: (Uint8Array | undefined)[] = new Array(recentMax).fill(undefined);
  const values: T[] = new Array(recentMax);
  let last = 0;
  return (bytes) => {
    for (let back = 0, at = last; back < recentMax; back++) {
      if (keys[at] === bytes) return values[at]!;
      at = at === 0 ? recentMax - 1 : at - 1;
    }
    const value = work(bytes);
    last = last === recentMax - 1 ? 0 : last + 1;
    keys[last] = bytes;
    values[last] = value;
    return value;
  };
}
