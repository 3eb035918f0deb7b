/**
 * The one check of everything that a node's daemons believe because of where it lies: who owns it and
 * who may write it, and the same of every folder above it. Whoever may rename a folder above the
 * state owns the state.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import type { NodeConfig } from "./node_config/read.ts";

/** A file or folder as `stat` tells of it. */
export interface Looked {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, with those for sticky and the like. */
  readonly mode: number;
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
  { path, uid, gid, mode }: Looked,
  self: Self,
  isAbove: boolean,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const say = (what: string, fix: string) =>
    found.push(problem([path], what, "the daemons of this node believe what lies there", fix));
  if (uid !== 0 && uid !== self.uid) {
    say(`it belongs to user ${uid}`, `chown ${self.uid} ${quoted(path)}`);
  }
  if (isAbove && (mode & sticky) !== 0) return found;
  if ((mode & everybodyWrites) !== 0) say("everybody may write it", `chmod o-w ${quoted(path)}`);
  // Many systems give each user a group of their own.
  if ((mode & groupWrites) !== 0 && gid !== 0 && gid !== self.gid) {
    say(`group ${gid} may write it`, `chmod g-w ${quoted(path)}`);
  }
  return found;
}

/** As a shell takes it. */
const quoted = (path: string): string =>
  /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** What a node believes: its configuration, keys, first CIB, locks, and its folders. */
export function believed(config: NodeConfig, configFile: string): readonly string[] {
  const { authkeys, cib, state, run, plugins, pluginFolders = [] } = config;
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
  ].filter((path) => path !== "");
}

/** The folders above a path, the nearest first. */
export function above(path: string): readonly string[] {
  const steps = path.split("/").slice(1, -1);
  return steps.map((_, at) => `/${steps.slice(0, steps.length - at).join("/")}`).concat("/");
}

/**
 * Looks at all of them, by a shell: this process may not read the folders above. What is not there is
 * left out.
 * @throws {DiagnosticError} with everything that is not to be trusted, and the command for each
 */
export async function refuseUntrusted(paths: readonly string[]): Promise<void> {
  const [ids = "", ...real] = await lines(identity, paths);
  const [uid = NaN, gid = NaN] = ids.split(" ").map(Number);
  // The configuration may be named from the current folder: then what that leads to is looked at.
  const ends = new Set([...paths, ...real].filter((path) => path.startsWith("/")));
  const all = new Set([...ends].flatMap((path) => [path, ...above(path)]));
  const looked = (await lines(state, [...all])).flatMap(parsed);
  const problems = looked.flatMap((one) => distrust(one, { uid, gid }, !ends.has(one.path)));
  if (problems.length > 0) {
    throw new DiagnosticError("Cannot trust what others may change", problems);
  }
}

/** User and group, then what each path leads to. */
const identity = 'echo "$(id -u) $(id -g)"; readlink -f -- "$@"';
const state = 'stat -L -c "%u %g %a %n" -- "$@" 2>/dev/null';

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

function parsed(line: string): Looked[] {
  const [, uid, gid, mode = "", path] = /^(\d+) (\d+) ([0-7]+) (\/.*)$/.exec(line) ?? [];
  if (path === undefined) return [];
  return [{ path, uid: Number(uid), gid: Number(gid), mode: parseInt(mode, 8) }];
}
