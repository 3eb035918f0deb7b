/**
 * Reads the secrets of a resource from the files of this node, and believes them only if nobody else
 * could have written or read them and their digests are right.
 *
 * Needs `read` of the folder and `run` of `/bin/sh`.
 *
 * @module
 */
import { withCode } from "../code.ts";
import { messageOf } from "../message_of.ts";
import { pause } from "../timer.ts";
import { keyText, markOf, md5Of } from "./digest.ts";
import { keyFileOf, markIn, notASecret, placeOf, secretBytesMax } from "./reference.ts";
import { distrust, exposed, lookAt, type Looked } from "./standing.ts";

/** Whose secrets are read. */
export interface Wanted {
  /** The folder of all secrets, without a slash at its end. */
  readonly folder: string;
  /** Id of the resource. */
  readonly resource: string;
  /** References by the names of their parameters. */
  readonly references: Readonly<Record<string, string>>;
}

/** What was read: values by name, and what is wrong, a line each. No line has a value. */
export interface ReadSecrets {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/** Secrets of one resource at most. */
export const secretsMax = 64;
/** Milliseconds after which a file is read again that somebody may be writing. */
const againMs = 50;

/** Reads all that is named. Never rejects. */
export async function readSecrets(wanted: Wanted): Promise<ReadSecrets> {
  const first = await tryRead(wanted);
  if (first.problems.length === 0) return first;
  // Value and digest are two files, so there is a moment at which they differ.
  await pause(againMs);
  return await tryRead(wanted);
}

async function tryRead({ folder, resource, references }: Wanted): Promise<ReadSecrets> {
  const values: Record<string, string> = Object.create(null);
  const names = Object.keys(references);
  if (names.length > secretsMax) {
    const what =
      `resource "${resource}" has ${names.length} secrets; at most ${secretsMax} are read`;
    return { values, problems: [withCode("HA7009", `${what}. Fix: use one file for several`)] };
  }
  try {
    const places = names.map((name) => placeOf(folder, resource, name));
    const files = places.flatMap((place) =>
      typeof place === "string" ? [] : [place.folder, place.file, place.sign, place.previous]
    );
    const looked = await lookAt(folder, [...new Set(files), keyFileOf(folder)]);
    const problems = [...looked.problems];
    if (problems.length > 0) return { values, problems };
    for (const name of names) {
      const read = await readOne(
        { folder, resource, name, reference: references[name] ?? "" },
        looked,
      );
      if ("value" in read) values[name] = read.value;
      else {
        problems.push(...read.problems.map((why) => `secret "${name}" of "${resource}": ${why}`));
      }
    }
    return { values, problems };
  } catch (error) {
    const why = `the secrets of "${resource}" cannot be read: ${messageOf(error)}`;
    return { values, problems: [withCode("HA7009", `${why}. Fix: ha resource secret check`)] };
  }
}

/** One of them. */
interface One {
  readonly folder: string;
  readonly resource: string;
  readonly name: string;
  readonly reference: string;
}

type ReadOne = { readonly value: string } | { readonly problems: readonly string[] };

const wrong = (what: string, fix: string): ReadOne => ({
  problems: [withCode("HA7009", `${what}. Fix: ${fix}`)],
});

async function readOne(one: One, looked: Looked): Promise<ReadOne> {
  const { folder, resource, name, reference } = one;
  const mark = markIn(reference);
  if (mark === undefined) {
    const what = `"${reference.slice(0, 64)}" is no reference to a secret`;
    return wrong(what, "write lrm://, or what ha resource secret show-hash prints");
  }
  const place = placeOf(folder, resource, name);
  if (typeof place === "string") return { problems: [place] };
  const { at, self } = looked;
  const standing = at.get(place.file);
  const set =
    `ha resource secret set ${resource} ${name} on this node, or copy ${folder} from another`;
  if (standing === undefined) return wrong(`${place.file} does not exist`, set);
  const odd = [
    ...distrust(place.folder, at.get(place.folder), self),
    ...[place.file, place.sign, place.previous, keyFileOf(folder)].flatMap((path) => {
      const file = at.get(path);
      return file === undefined ? [] : exposed(path, file, self);
    }),
  ];
  if (odd.length > 0) return { problems: odd };
  const value = await textOf(place.file);
  if (mark === "") return await signed(value, place, looked, set) ?? { value };
  const key = at.has(keyFileOf(folder)) ? await textOf(keyFileOf(folder)) : "";
  if (!keyText.test(key)) {
    return wrong(`${keyFileOf(folder)}, the key of the digests, is missing or damaged`, set);
  }
  if (await markOf(key, [resource, name, value]) === mark) {
    return await signed(value, place, looked, set) ?? { value };
  }
  if (at.has(place.previous)) {
    const previous = await textOf(place.previous);
    if (await markOf(key, [resource, name, previous]) === mark) return { value: previous };
  }
  return wrong(`${place.file} is not the secret that the CIB names`, set);
}

/** What is wrong with a value by the digest beside it; undefined: it is right. */
async function signed(
  value: string,
  place: { readonly file: string; readonly sign: string },
  { at }: Looked,
  fix: string,
): Promise<ReadOne | undefined> {
  if (!at.has(place.sign)) return wrong(`its digest ${place.sign} does not exist`, fix);
  if (notASecret(value) !== undefined) return wrong(`${place.file} holds no usable text`, fix);
  const digest = await textOf(place.sign);
  if (digest.slice(0, 32).toLowerCase() === await md5Of(value)) return undefined;
  return wrong(`${place.file} does not match its digest`, fix);
}

/** The text of a file as Pacemaker takes it: without white space at its end. */
async function textOf(path: string): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(secretBytesMax + 2);
  let read = 0;
  while (read < bytes.length) {
    const more = await file.read(bytes.subarray(read));
    if (more === null) break;
    read += more;
  }
  return new TextDecoder().decode(bytes.subarray(0, read)).trimEnd();
}
