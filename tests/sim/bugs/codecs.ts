/**
 * Bugs of signing, planted around the codecs.
 *
 * @module
 */
import type { Codecs } from "../../../daemons/heartbeat/codecs.ts";
import type { Auth } from "../../../plugins/handler/auth/contract.ts";

type Verify = (auth: Auth, bytes: Uint8Array, mac: string) => boolean;

function verifying(codecs: Codecs, verify: Verify): Codecs {
  const entries = [...codecs.keys.entries].map(([number, auth]) =>
    [number, {
      ...auth,
      verify: (bytes: Uint8Array, mac: string) => verify(auth, bytes, mac),
    }] as const
  );
  return { ...codecs, keys: { ...codecs.keys, entries: new Map(entries) } };
}

/** A signature is as long as its sender says: one digit is right in one of sixteen cases. */
export const shortSignature = (codecs: Codecs): Codecs =>
  verifying(codecs, (auth, bytes, mac) => auth.sign(bytes).startsWith(mac));

/** Nobody looks at signatures. */
export const uncheckedSignature = (codecs: Codecs): Codecs => verifying(codecs, () => true);

/** A compression that gives what nobody can read where it gets much, as one of ours once did. */
export const unreadablePacking = (codecs: Codecs): Codecs => ({
  ...codecs,
  compressions: new Map([...codecs.compressions].map(([name, compression]) => [name, {
    pack: (bytes) => compression.pack(bytes),
    unpack: (bytes, bytesMax) => {
      const plain = compression.unpack(bytes, bytesMax);
      // Only what one packs oneself has just this bound.
      if (plain.length < bytesMax) throw new Error("there are bytes after the end");
      return plain;
    },
  }])),
});
