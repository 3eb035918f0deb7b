/**
 * An author's Ed25519 signature of a plugin: `signature.json` in its folder. A policy may require
 * one by a key that the operator knows.
 *
 * @module
 */
import { isHidden, isOption, unread } from "./beside.ts";
import type { Locked, Signature } from "./lock.ts";

export type { Signature };

/** What an operator asks of signatures. */
export interface SignaturePolicy {
  /** Plugins that do not come with the project need a signature by one of `keys`. */
  readonly required: boolean;
  /** Public keys in base64, by the name of their owner. */
  readonly keys: Readonly<Record<string, string>>;
  /** Keys that are no longer believed, in base64. */
  readonly revoked?: readonly string[];
}

/** The algorithm, as Web Crypto names it. */
export const algorithm = "Ed25519";

/**
 * What is signed: identity, version, manifest and the hash of each of the plugin's own files, by
 * name within its folder, so that it holds wherever the folder lies.
 */
export function statement({ manifest, files, beside = {}, at }: Locked): Uint8Array<ArrayBuffer> {
  const own = Object.entries({ ...files, ...beside })
    .filter(([path, hash]) => path.startsWith(at) && hash !== unread && !isOption(path))
    .filter(([path]) => Object.hasOwn(files, path) || !isHidden(path.slice(at.length)))
    .map(([path, hash]) => [path.slice(at.length), hash]);
  return new TextEncoder().encode(JSON.stringify(sorted({ manifest, files: own.sort() })));
}

/** Why the signature of a plugin is not enough, or undefined. */
export async function signatureProblem(
  locked: Locked,
  policy?: SignaturePolicy,
): Promise<string | undefined> {
  const { signature, shipped } = locked;
  if (policy === undefined || shipped) return undefined;
  if (signature === undefined) {
    return policy.required ? "it is not signed, and the policy requires a signature" : undefined;
  }
  const owner = ownerOf(signature, policy);
  if (isRevoked(signature, policy)) return `its key ${signature.key} is revoked`;
  if (owner === undefined) {
    return policy.required ? `its key ${signature.key} is none that the policy knows` : undefined;
  }
  return await verifies(locked, signature)
    ? undefined
    : `the signature of ${owner} does not fit it`;
}

/** How a signature stands, in words for a person: only one that was verified is called one. */
export async function signatureText(
  locked: Locked,
  policy?: SignaturePolicy,
): Promise<string> {
  const { signature, shipped } = locked;
  if (shipped) return "comes with the project";
  if (signature === undefined) return "not signed";
  if (!await verifies(locked, signature)) {
    return "NOT SIGNED: its signature.json does not fit its files";
  }
  if (policy !== undefined && isRevoked(signature, policy)) return "NOT SIGNED: its key is revoked";
  const owner = policy === undefined ? undefined : ownerOf(signature, policy);
  return owner === undefined
    ? `not signed by anybody your policy names; its key is ${signature.key}`
    : `signed by ${JSON.stringify(owner)}, verified`;
}

/** Who has the key, by the policy. */
const ownerOf = ({ key }: Signature, { keys }: SignaturePolicy): string | undefined =>
  Object.entries(keys).find(([, known]) => isSameKey(known, key))?.[0];

const isRevoked = ({ key }: Signature, { revoked = [] }: SignaturePolicy): boolean =>
  revoked.some((one) => isSameKey(one, key));

/** By their bytes: the same bytes can be written in base64 in more than one way. */
function isSameKey(a: string, b: string): boolean {
  try {
    return Uint8Array.fromBase64(a).toHex() === Uint8Array.fromBase64(b).toHex();
  } catch {
    return false;
  }
}

async function verifies(locked: Locked, { key, signature }: Signature): Promise<boolean> {
  try {
    const raw = Uint8Array.fromBase64(key);
    const known = await crypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]);
    const bytes = Uint8Array.fromBase64(signature);
    return await crypto.subtle.verify(algorithm, known, bytes, statement(locked));
  } catch {
    return false;
  }
}

/** The same value with the names of every object in order, so that equal values are equal text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
