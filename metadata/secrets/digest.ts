/**
 * Digests of secrets: the MD5 that Pacemaker keeps beside a secret, and the mark that names a value in
 * the CIB.
 *
 * @module
 */
const encoder = new TextEncoder();

/** As `md5sum` prints it. Node's module is loaded where there are secrets, and nowhere else. */
export async function md5Of(secret: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("md5").update(secret).digest("hex");
}

/** A key of the digests: 64 hexadecimal digits. */
export const keyText = /^[0-9a-f]{64}$/;

/** Makes such a key. */
export const newKey = (): string => crypto.getRandomValues(new Uint8Array(32)).toHex();

/** Names a value without telling it: the same secret of another parameter has another mark. */
export async function markOf(
  key: string,
  [resource, name, secret]: readonly [resource: string, name: string, secret: string],
): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, [
    "sign",
  ]);
  const text = JSON.stringify([resource.replace(/:\d+$/, ""), name, secret]);
  const digest = await crypto.subtle.sign("HMAC", imported, encoder.encode(text));
  return new Uint8Array(digest).toHex().slice(0, 32);
}
