/**
 * Secrets of resources: a parameter whose value stands in a file of each node. The CIB has only a
 * reference to it, in the form of Pacemaker:
 *
 *     lrm://                                    the file of this resource and parameter
 *     lrm://4f1c09d2a37be8556d0a1b2c3d4e5f60    the same, and which value of it
 *
 * The second form is ours. The digits are a keyed digest of the value, so a changed secret is a changed
 * parameter: the cluster restarts or reloads the resource, and a node whose file has another value says
 * so. The key is in the folder of the secrets, so the digits help nobody who guesses values.
 *
 * @module
 */
import { withCode } from "../code.ts";

/** Begins each reference. */
export const referencePrefix = "lrm://";

/** Where Pacemaker keeps them. */
export const secretsFolder = "/var/lib/pacemaker/lrm/secrets";

/** Whether a value is no value, but names a secret. */
export const isReference = (value: string): boolean => value.startsWith(referencePrefix);

/** The digits that name a value; "" if any is meant, undefined if it is no reference. */
export function markIn(value: string): string | undefined {
  const mark = value.slice(referencePrefix.length);
  return isReference(value) && /^(?:[0-9a-f]{32})?$/.test(mark) ? mark : undefined;
}

/** The files of one secret. */
export interface SecretPlace {
  /** Folder of the resource. */
  readonly folder: string;
  /** The value. */
  readonly file: string;
  /** MD5 of the value, as Pacemaker wants it. */
  readonly sign: string;
  /** The value before, with which a running service is still watched and stopped. */
  readonly previous: string;
}

/** Ids of resources that can be folders, and names of parameters that can be files. */
const resourceName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const parameterName = /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/;

/** File with the key of the digests. No resource has a name that begins with a dot. */
export const keyFileOf = (folder: string): string => `${folder}/.digest-key`;

/** Instances of a clone share the secrets of their resource. */
const withoutInstance = (resource: string): string => resource.replace(/:\d+$/, "");

/** Where a secret is; why its resource or parameter can have none. */
export function placeOf(folder: string, resource: string, name: string): SecretPlace | string {
  const id = withoutInstance(resource);
  if (!resourceName.test(id) || id.includes("..")) {
    const what = `"${id.slice(0, 64)}" cannot be the folder of a resource's secrets`;
    return withCode("HA7009", `${what}. Fix: use letters, digits, dots, - and _ in its id`);
  }
  if (!parameterName.test(name)) {
    const what = `"${name.slice(0, 64)}" cannot be the file of a secret`;
    return withCode("HA7009", `${what}. Fix: name a parameter as the agent's meta-data does`);
  }
  const own = `${folder}/${id}`;
  const file = `${own}/${name}`;
  return { folder: own, file, sign: `${file}.sign`, previous: `${file}.previous` };
}

/** Bytes of a secret at most. */
export const secretBytesMax = 16 * 1024;

/** Why a text cannot be a secret; undefined if it can. It never repeats the text. */
export function notASecret(text: string): string | undefined {
  const fix = (what: string, fix: string) => withCode("HA7009", `${what}. Fix: ${fix}`);
  if (text === "") return fix("the secret is empty", "give it on standard input, or type it");
  if (new TextEncoder().encode(text).length > secretBytesMax) {
    return fix(`the secret has more than ${secretBytesMax} bytes`, "keep it in a file of its own");
  }
  if (text.includes("\0") || !text.isWellFormed() || text.includes("\ufffd")) {
    return fix("the secret has a NUL, or is no UTF-8", "give a text");
  }
  // Pacemaker removes it when it reads the file.
  if (text !== text.trimEnd()) {
    return fix("the secret ends with white space", "give it without, or choose another secret");
  }
  return undefined;
}
