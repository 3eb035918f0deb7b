/**
 * An author's signature of a plugin, made and read: `signature.json` in its folder.
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";
import { readText } from "../bounded_file.ts";
import type { Locked } from "./lock.ts";
import { algorithm, type Signature, statement } from "./signature.ts";

/** Bytes of a `signature.json` at most. */
const signatureBytesMax = 1_024;

/** Signs a pinned plugin with a private key in PEM form (PKCS #8). */
export async function sign(locked: Locked, privatePem: string): Promise<Signature> {
  const der = Uint8Array.fromBase64(privatePem.replaceAll(/-----[^-]+-----|\s/g, ""));
  const key = await crypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", key);
  const signature = await crypto.subtle.sign(algorithm, key, statement(locked));
  return {
    key: Uint8Array.fromBase64(x, { alphabet: "base64url" }).toBase64(),
    signature: new Uint8Array(signature).toBase64(),
  };
}

/** The signature in a plugin's folder, if there is one. */
export async function readSignature(folder: URL): Promise<Signature | undefined> {
  let text: string;
  try {
    // Not by a link: its owner may change it.
    if (!(await Deno.lstat(new URL("signature.json", folder))).isFile) {
      throw new Error(`"${filePath(folder)}/signature.json" is not a file`);
    }
    text = await readText(new URL("signature.json", folder), signatureBytesMax);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const input: unknown = JSON.parse(text);
  const { key, signature } = (input ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof key !== "string" || typeof signature !== "string") {
    throw new Error("signature.json is not a signature: it holds key and signature in base64");
  }
  return { key, signature };
}
