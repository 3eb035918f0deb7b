/**
 * Secrets of resources in the files of this node: written, listed, removed.
 *
 * Each file is written beside its place and renamed, so a reader sees the old one or the new one.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { keyText, markOf, md5Of, newKey } from "../../../metadata/secrets/digest.ts";
import { keyFileOf, type SecretPlace } from "../../../metadata/secrets/reference.ts";
import { distrust, exposed, lookAt } from "../../../metadata/secrets/standing.ts";

/** Resources, and secrets of one of them, that are listed at most. */
const [resourcesMax, secretsMax] = [4_096, 256];

/** Which secret. */
export interface Named {
  /** The folder of all secrets. */
  readonly folder: string;
  readonly resource: string;
  readonly name: string;
  readonly place: SecretPlace;
}

/** Writes a secret, and keeps the one before. @returns its mark; what forbids it, a line each */
export async function writeSecret(
  { folder, resource, name, place }: Named,
  secret: string,
): Promise<string | readonly string[]> {
  await makeFolders(folder, place.folder);
  const keyFile = keyFileOf(folder);
  const { at, self, problems } = await lookAt(folder, [place.folder, keyFile]);
  const key = at.get(keyFile);
  const all = [
    ...problems,
    ...distrust(place.folder, at.get(place.folder), self),
    ...key === undefined ? [] : exposed(keyFile, key, self),
  ];
  if (all.length > 0) return all;
  const digests = await keyIn(folder);
  if (digests === undefined) {
    const what = `${keyFile}, the key of the digests, is damaged`;
    return [withCode("HA7009", `${what}. Fix: copy it from another node`)];
  }
  const before = await Deno.readTextFile(place.file).catch(absent);
  if (before !== undefined && before !== secret) await write(place.previous, before);
  await write(place.file, secret);
  await write(place.sign, `${await md5Of(secret)}\n`);
  return await markOf(digests, [resource, name, secret]);
}

/** The mark of the secret that is there; undefined without one, or without a key. */
export async function markIn(
  { folder, resource, name, place }: Named,
): Promise<string | undefined> {
  const key = (await Deno.readTextFile(keyFileOf(folder)).catch(absent))?.trim() ?? "";
  const secret = (await Deno.readTextFile(place.file).catch(absent))?.trimEnd();
  if (!keyText.test(key) || secret === undefined) return undefined;
  return await markOf(key, [resource, name, secret]);
}

/** Removes a secret with all that belongs to it. @returns whether there was one */
export async function removeSecret({ place }: Named): Promise<boolean> {
  const found = await Deno.remove(place.file).then(() => true, absent) ?? false;
  for (const file of [place.sign, place.previous]) await Deno.remove(file).catch(absent);
  // The folder goes with its last secret.
  await Deno.remove(place.folder).catch(() => {});
  return found;
}

/** Names of the secrets that are there, by resource; of one resource, or of all. */
export async function secretsIn(
  folder: string,
  only?: string,
): Promise<readonly (readonly [resource: string, name: string])[]> {
  const resources = only === undefined ? await namesIn(folder, resourcesMax) : [only];
  const found: (readonly [string, string])[] = [];
  for (const resource of resources) {
    const names = await namesIn(`${folder}/${resource}`, secretsMax);
    found.push(
      ...names.filter((name) => !name.includes(".")).map((name) => [resource, name] as const),
    );
  }
  return found;
}

async function namesIn(folder: string, max: number): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.startsWith(".") && names.length < max) names.push(name);
    }
  } catch (error) {
    const isNone = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (!isNone) throw error;
  }
  return names.sort();
}

/** The key of the digests, made if there is none; undefined if it is damaged. */
async function keyIn(folder: string): Promise<string | undefined> {
  const path = keyFileOf(folder);
  const there = await Deno.readTextFile(path).catch(absent);
  if (there !== undefined) return keyText.test(there.trim()) ? there.trim() : undefined;
  const key = newKey();
  await write(path, `${key}\n`);
  return key;
}

async function write(path: string, text: string): Promise<void> {
  const slash = path.lastIndexOf("/") + 1;
  const beside = `${path.slice(0, slash)}.new-${path.slice(slash)}-${crypto.randomUUID()}`;
  try {
    using file = await Deno.open(beside, { write: true, createNew: true, mode: 0o600 });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}

/** Others may pass the folders above, and see nothing of the folders of secrets. */
async function makeFolders(folder: string, own: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("/bin/sh", {
    args: [
      "-ec",
      'umask 022; mkdir -p -- "${1%/*}/"; umask 077; mkdir -p -- "$1" "$2"',
      "secrets",
      folder,
      own,
    ],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
  }).output();
  if (success) return;
  const why = new TextDecoder().decode(stderr).trim();
  throw new Error(
    withCode("HA0008", `Cannot make ${own}: ${why}. Fix: do it as the daemons' user`),
  );
}

function absent(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
    throw error;
  }
}
