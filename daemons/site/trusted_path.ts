/**
 * The one check of everything that a node's daemons believe because of where it lies: who owns it and
 * who may write it, and the same of every folder and symbolic link on the way to it. A user who may
 * rename a folder above the state, or owns a link that leads to it, owns the state.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { type Diagnostic, DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { follow, type Followed } from "./follow_path.ts";
import type { NodeConfig } from "./node_config/read.ts";

/** A file, folder or link as `stat` tells of it. */
export interface Looked {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, with those for sticky and the like. */
  readonly mode: number;
  /** Where a symbolic link leads: only its owner can change that, whatever its mode says. */
  readonly target?: string;
  /** It has an access control list: then the bits of its group bound what the list gives to anybody. */
  readonly hasList?: boolean;
}

/** As whom this process runs. */
export interface Self {
  readonly uid: number;
  readonly gid: number;
}

const [groupWrites, everybodyWrites, sticky] = [0o020, 0o002, 0o1000];

/**
 * What is wrong with one of them; nothing if only its owner, this user or root may change it.
 * @param isAbove it is a folder above what is asked about: a sticky one such as /tmp will do
 */
export function distrust(
  { path, uid, gid, mode, target, hasList = false }: Looked,
  self: Self,
  isAbove: boolean,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const say = (what: string, fix: string) =>
    found.push(problem([path], what, "the daemons of this node trust its content", fix, "HA1005"));
  const isLink = target !== undefined;
  if (uid !== 0 && uid !== self.uid) {
    const link = isLink ? ", who may lead it elsewhere" : "";
    say(
      `it belongs to user ${uid}${link}`,
      `chown ${isLink ? "-h " : ""}${self.uid} ${quoted(path)}`,
    );
  }
  if (isLink) return found;
  if (isAbove && (mode & sticky) !== 0) return found;
  if ((mode & everybodyWrites) !== 0) say("everyone may write it", `chmod o-w ${quoted(path)}`);
  if ((mode & groupWrites) === 0) return found;
  if (hasList) {
    say("its access control list lets others write it", `chmod g-w ${quoted(path)}`);
  } else if (gid !== 0 && gid !== self.gid) {
    // Many systems give each user a group of their own.
    say(`group ${gid} may write it`, `chmod g-w ${quoted(path)}`);
  }
  return found;
}

/** As a shell takes it. */
const quoted = (path: string): string =>
  /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** What a node believes: its configuration, keys, first CIB, locks, and its folders. */
export function believed(config: NodeConfig, configFile: string): readonly string[] {
  const { authkeys, cib, state, run, plugins, pluginFolders = [], applications } = config;
  return [
    configFile,
    authkeys,
    ...(cib === undefined ? [] : [cib]),
    state,
    run,
    ...(plugins === undefined
      ? []
      : [plugins, `${plugins}/plugins.lock.json`, `${plugins}/plugins.policy.json`]),
    ...pluginFolders,
    ...(applications?.recover ?? []).map(({ script }) => script),
  ].filter((path) => path !== "");
}

/**
 * Folders of which all is believed: programs in them are started long after they were looked at, and
 * state is read by other processes.
 */
export const treesOf = ({ plugins, pluginFolders = [], state }: NodeConfig): readonly string[] => [
  ...(state === "" ? [] : [state]),
  ...(plugins === undefined ? [] : [plugins]),
  ...pluginFolders,
];

/**
 * Looks at everything that a node believes.
 *
 * @throws {DiagnosticError} with everything that is not to be trusted, and the command for each
 */
export async function refuseUntrustedNode(config: NodeConfig, configFile: string): Promise<void> {
  await refuseUntrusted(believed(config, configFile), treesOf(config));
}

/** Looks for links in links at most: each look finds at least one that was not known. */
const looksMax = 100;

/**
 * Looks at all of them, by a shell: this process may not read the folders above. What is not there is
 * left out.
 *
 * @param trees folders of which all that is in them is looked at as well
 * @throws {DiagnosticError} with everything that is not to be trusted, and the command for each
 */
export async function refuseUntrusted(
  paths: readonly string[],
  trees: readonly string[] = [],
): Promise<void> {
  const [ids = "", here = "/"] = await lines(identity, []);
  const [uid = NaN, gid = NaN] = ids.split(" ").map(Number);
  // The configuration may be named from the current folder.
  const whole = paths.map((path) => path.startsWith("/") ? path : `${here}/${path}`);
  const { known, ways } = await look(whole);
  const problems = ways.flatMap(({ problem: why }, at) =>
    why === undefined ? [] : [
      problem([whole[at] ?? ""], "it cannot be followed", why, "name the place itself", "HA1008"),
    ]
  );
  const ends = new Set(ways.flatMap(({ end }) => end ?? []));
  for (const place of new Set([...ways.flatMap(({ through }) => through), ...ends])) {
    const one = known.get(place);
    if (one !== undefined) problems.push(...distrust(one, { uid, gid }, !ends.has(place)));
  }
  for (const one of trees.length === 0 ? [] : await suspected(trees)) {
    const isLink = one.type === symbolicLink;
    problems.push(...distrust(isLink ? { ...one, target: "" } : one, { uid, gid }, false));
  }
  if (problems.length > 0) {
    throw new DiagnosticError("Cannot trust what others may change", problems);
  }
}

/** Follows each path to its end. */
async function look(paths: readonly string[]): Promise<{
  readonly known: ReadonlyMap<string, Looked | undefined>;
  readonly ways: readonly Followed[];
}> {
  const known = new Map<string, Looked | undefined>();
  let wanted: readonly string[] = ["/"];
  for (let looks = 0; looks < looksMax; looks++) {
    const found = new Map((await standing(wanted)).map((one) => [one.path, one] as const));
    for (const path of wanted) known.set(path, found.get(path));
    if (known.get("/") === undefined) {
      throw new Error(
        withCode("HA9010", "Cannot ask for the owners of files. Fix: install stat (coreutils)"),
      );
    }
    const ways = paths.map((path) => follow(path, known));
    wanted = [...new Set(ways.flatMap(({ unknown }) => unknown))];
    if (wanted.length === 0) return { known, ways };
  }
  throw new Error(`Cannot follow the paths of this node within ${looksMax} looks`);
}

/** What stands at these places; what is not there is left out. */
async function standing(paths: readonly string[]): Promise<readonly Looked[]> {
  const broken = paths.find((path) => lineBreak.test(path));
  if (broken !== undefined) {
    throw new DiagnosticError("Cannot trust what others may change", [
      problem(
        [broken],
        "its name has a line break",
        "no file of a node has one",
        "rename it",
        "HA1008",
      ),
    ]);
  }
  const found = (await lines(state, paths)).flatMap(parsed);
  const shared = found.filter(({ type, mode }) => type !== symbolicLink && mode & groupWrites);
  const lists = new Set(shared.length === 0 ? [] : await listed(shared));
  const links = found.filter(({ type }) => type === symbolicLink);
  if (links.length === 0) return found.map((one) => ({ ...one, hasList: lists.has(one.path) }));
  const targets = await lines(target, links.map(({ path }) => path));
  const leads = new Map(links.map(({ path }, at) => [path, targets[at]?.slice(0, -1) ?? ""]));
  return found.map((one) => {
    const target = leads.get(one.path);
    return target === undefined ? { ...one, hasList: lists.has(one.path) } : { ...one, target };
  });
}

/** Those of them that have an access control list. */
const listed = async (those: readonly Looked[]): Promise<readonly string[]> =>
  (await lines(withList, those.map(({ path }) => path))).flatMap(nameInList);

/** What others own or may write in folders. */
async function suspected(
  trees: readonly string[],
): Promise<readonly ReturnType<typeof parsed>[0][]> {
  const open = (await lines(suspects, trees)).flatMap(parsed);
  const lists = (await lines(suspectLists, trees)).flatMap(nameInList);
  if (lists.length === 0) return open;
  const shared = (await lines(state, lists)).flatMap(parsed);
  const known = new Set(lists);
  return [...open.filter(({ path }) => !known.has(path)), ...shared]
    .map((one) => ({ ...one, hasList: known.has(one.path) }));
}

// deno-lint-ignore no-control-regex -- what stands for a line break in a target is one of them
const lineBreak = /[\n\r\x01]/;

/** User, group, and the current folder without links. */
const identity = 'echo "$(id -u) $(id -g)"; pwd -P';
const state = 'stat -c "%u %g %f %n" -- "$@" 2>/dev/null';
/** A file with an access control list, as `ls` marks it. */
const marked = `grep '^..........+' | head -n 50`;
const withList = `ls -dn -- "$@" 2>/dev/null | ${marked}`;
/** What others may write by such a list. */
const suspectLists =
  `find -H "$@" -mindepth 1 ! -type l -perm -0020 -exec ls -dn {} + 2>/dev/null | ${marked}`;
/** What others own or may write in folders, the first of it. A folder may be named by a link to it. */
const suspects = `find -H "$@" -mindepth 1 \\( ! -user "$(id -u)" ! -user 0 -o ! -type l \\( \\
  -perm -0002 -o -perm -0020 ! -group "$(id -g)" ! -group 0 \\) \\) \\
  -exec stat -c "%u %g %f %n" {} + 2>/dev/null | head -n 50`;
/** Where links lead, each a line that ends with \x01. */
const target = `for path; do printf '%s\\n' "$(readlink -- "$path" | tr '\\n' '\\001')"; done`;

async function lines(script: string, paths: readonly string[]): Promise<string[]> {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...paths],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

/** Bits of a mode that say what it is, and those of a link. */
const [typeBits, symbolicLink] = [0o170000, 0o120000];

/** The path in a line of `ls -dn`: behind mode, links, user, group, size, and three words of a date. */
const nameInList = (line: string): string[] => {
  const [, path] = /^\S+ +\d+ +\d+ +\d+ +\S+(?:, +\d+)? +\S+ +\S+ +\S+ (\/.*)$/.exec(line) ?? [];
  return path === undefined ? [] : [path];
};

function parsed(line: string): (Looked & { readonly type: number })[] {
  const [, uid, gid, bits = "", path] = /^(\d+) (\d+) ([0-9a-f]+) (\/.*)$/.exec(line) ?? [];
  if (path === undefined) return [];
  const mode = parseInt(bits, 16);
  return [{
    path,
    uid: Number(uid),
    gid: Number(gid),
    mode: mode & ~typeBits,
    type: mode & typeBits,
  }];
}
