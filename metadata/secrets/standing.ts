/**
 * Who may change or read the files of secrets: a look at each of them and at every folder above, by a
 * shell, since a process may not read the folders above.
 *
 * @module
 */
import { withCode } from "../code.ts";

/** What stands somewhere. */
export interface Standing {
  readonly uid: number;
  readonly mode: number;
  readonly is: "file" | "folder" | "link" | "other";
}

/** What was seen, by path; what is wrong with a folder on the way, a line each. */
export interface Looked {
  readonly self: number;
  readonly at: ReadonlyMap<string, Standing>;
  readonly problems: readonly string[];
}

/** `$1`: the folder. The others: what is looked at. The arguments are never read as code. */
const script = `id -u
cd -P -- "$1" 2>/dev/null && pwd -P || echo
shift
stat -c "%u %f %n" -- "$@" 2>/dev/null
exit 0`;

/** Bits of a mode. */
const [typeBits, sticky, othersWrite] = [0o170000, 0o1000, 0o022];
const types: Readonly<Record<number, Standing["is"]>> = {
  [0o100000]: "file",
  [0o040000]: "folder",
  [0o120000]: "link",
};

/** Looks at a folder of secrets, at all folders above it, and at these files and folders in it. */
export async function lookAt(folder: string, paths: readonly string[]): Promise<Looked> {
  const above = foldersTo(folder);
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "secrets", folder, ...above, ...paths],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
    stderr: "null",
  }).output();
  const [id = "", real = "", ...lines] = new TextDecoder().decode(stdout).split("\n");
  const self = Number(id);
  const at = new Map(lines.flatMap(standingIn));
  const problems: string[] = [];
  const say = (what: string, fix: string) =>
    problems.push(withCode("HA7009", `${what}. Fix: ${fix}`));
  if (!/^\d+$/.test(id)) say("the owners of files cannot be seen", "install id and stat");
  else if (real === "") say(`the folder ${folder} cannot be entered`, "ha resource secret set");
  else if (real !== folder) {
    say(`a link on the way to ${folder} leads to ${real}`, "name the folder itself as secrets");
  }
  for (const path of above) problems.push(...distrust(path, at.get(path), self, path !== folder));
  return { self, at, problems };
}

/** The folder and all above it, the root first. */
function foldersTo(folder: string): readonly string[] {
  const steps = folder.split("/").filter((step) => step !== "");
  return ["/", ...steps.map((_, at) => `/${steps.slice(0, at + 1).join("/")}`)];
}

/**
 * Why a folder is not to be trusted: somebody else could put other secrets there.
 *
 * @param isAbove a sticky one, such as /tmp, will do
 */
export function distrust(
  path: string,
  standing: Standing | undefined,
  self: number,
  isAbove = false,
): readonly string[] {
  if (standing === undefined) return [];
  const { uid, mode, is } = standing;
  const found: string[] = [];
  const say = (what: string, fix: string) =>
    found.push(withCode("HA7009", `${path} ${what}. Fix: ${fix} ${path}`));
  if (is !== "folder") say("is no folder", "remove");
  if (uid !== 0 && uid !== self) say(`belongs to user ${uid}`, `chown ${self}`);
  if ((mode & othersWrite) !== 0 && !(isAbove && (mode & sticky) !== 0)) {
    say("can be written by others", "chmod go-w");
  }
  return found;
}

/** Why a file of a secret is not to be used. */
export function exposed(
  path: string,
  { uid, mode, is }: Standing,
  self: number,
): readonly string[] {
  const found: string[] = [];
  const say = (what: string, fix: string) =>
    found.push(withCode("HA7009", `${path} ${what}. Fix: ${fix} ${path}`));
  if (is !== "file") say("is no file", "remove");
  if (uid !== 0 && uid !== self) say(`belongs to user ${uid}`, `chown ${self}`);
  if ((mode & 0o077) !== 0) {
    say(`has mode 0${(mode & 0o777).toString(8)}, so others may use it`, "chmod 0600");
  }
  return found;
}

function standingIn(line: string): [string, Standing][] {
  const [, uid, bits = "", path] = /^(\d+) ([0-9a-f]+) (\/.*)$/.exec(line) ?? [];
  if (path === undefined) return [];
  const mode = parseInt(bits, 16);
  return [[path, {
    uid: Number(uid),
    mode: mode & ~typeBits,
    is: types[mode & typeBits] ?? "other",
  }]];
}
