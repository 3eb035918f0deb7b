/**
 * Starts and stops the node of this machine: by systemd where its unit is for this node, else by
 * itself, as the unit would.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { pause } from "../../../metadata/timer.ts";
import { cleanly, systemPath } from "../../site/clean_environment.ts";
import type { Grant } from "../../site/flags.ts";
import { managerWords } from "../../recoverymgrd/doors/manager_words.ts";
import type { Where } from "../command.ts";
import { readDaemons } from "../status/daemons_file.ts";
import { isTheUnits, type Places } from "./places.ts";

/** Milliseconds in which all daemons must run. */
const startMs = 120_000;
/** Milliseconds in which a recovery manager must have written its file: it reads its configuration. */
const appearMs = 30_000;
/** Milliseconds between two looks. */
const lookMs = 200;
/** Seconds in which it must have ended, as the unit has it: services are moved away first. */
const stopS = 400;

/** What it takes. */
export const startGrant = ({ run }: Places): Required<Pick<Grant, "read" | "run">> => ({
  read: [`${run}/daemons.json`],
  run: ["/bin/sh"],
});

const bySystemd =
  `[ "$1" = unit ] && [ -d /run/systemd/system ] && systemctl cat ha.service >/dev/null 2>&1`;

/** `$1`: `unit` if the unit is for this node. `$2`: its mark. `$3`: the log. Then the command. */
const start = `umask 077; ${systemPath}
if ${bySystemd}; then exec systemctl enable --quiet --now ha.service >&2; fi
HA_NODE=$2; log=$3; shift 3
: >>"$log" || exit 1
${cleanly} setsid "$@" </dev/null >>"$log" 2>&1 &
`;

/** Whether a process, `$1`, has the configuration `$2` in its command line. */
const isThere = `isThere() { tr '\\0' '\\n' 2>/dev/null </proc/$1/cmdline | grep -qx -- "$2"; }`;

/** `$1`: the process. `$2`: the configuration. */
const lives = `${systemPath}
${isThere}
isThere "$1" "$2"`;

/**
 * `$1`: as above. `$2`: the process. `$3`: the configuration, which its command line names. `$4`: what it
 * wrote of its daemons, which nobody must believe any longer.
 */
const stop = `${systemPath}
if ${bySystemd}; then systemctl stop ha.service >&2 || exit 1; rm -f -- "$4"; exit; fi
case $2 in '' | *[!0-9]*) exit 3 ;; esac
${isThere}
isThere "$2" "$3" || { rm -f -- "$4"; exit 3; }
kill -s TERM "$2" || exit 1
left=${stopS * 10}
while isThere "$2" "$3"; do
  [ "$left" -le 0 ] && exit 4
  left=$((left - 1))
  sleep 0.1
done
rm -f -- "$4"
`;

const unitWord = (places: Places): string => isTheUnits(places) ? "unit" : "alone";

/** Whether the recovery manager runs. What it wrote is believed for a while after its end, its number is not. */
async function isRunning({ run, config }: Places): Promise<boolean> {
  const daemons = await readDaemons(run, Date.now());
  if (daemons?.writer === undefined || daemons.silent !== undefined) return false;
  return (await shell(lives, [`${daemons.writer.pid}`, config])).code === 0;
}

/** Starts it, and waits until its daemons run. @returns why they do not. */
export async function startNode(
  where: Where,
  places: Places,
  mark: string,
): Promise<string | undefined> {
  if (await isRunning(places)) return undefined;
  const beganMs = Date.now();
  const { log, config, state, run } = places;
  const words = [where.deno, ...managerWords(where.project, config, [state, run])];
  const { code, err } = await shell(start, [unitWord(places), mark, log, ...words]);
  const failed = (what: string) =>
    withCode(
      "HA0045",
      `The node did not start: ${what}. Fix: read its log: ${
        isTheUnits(places) ? "ha log" : `ha log --log ${places.log}`
      }`,
    );
  if (code !== 0) return failed(err.trim() === "" ? `the shell ended with ${code}` : err.trim());
  while (true) {
    const daemons = await readDaemons(places.run, Date.now());
    const wroteMs = daemons?.writer?.atMs ?? 0;
    const waitedMs = Date.now() - beganMs;
    if (wroteMs >= beganMs && daemons !== undefined) {
      if (daemons.givenUp !== "") return failed(daemons.givenUp);
      const isUp = daemons.daemons.every(({ state }) => state === "running");
      if (isUp && daemons.daemons.length > 0) return undefined;
    } else if (waitedMs > appearMs) return failed("its recovery manager says nothing");
    if (waitedMs > startMs) return failed(`not all daemons run after ${startMs / 1_000} s`);
    await pause(lookMs);
  }
}

/** What came of a stop. */
export type Stopped =
  | { readonly ok: true; readonly ran: boolean }
  | { readonly ok: false; readonly why: string };

/** Stops it, and waits until it has ended. */
export async function stopNode(places: Places): Promise<Stopped> {
  const daemons = await readDaemons(places.run, Date.now());
  const pid = daemons?.writer?.pid;
  const written = `${places.run}/daemons.json`;
  const words = [unitWord(places), pid === undefined ? "" : `${pid}`, places.config, written];
  const { code, err } = await shell(stop, words);
  if (code === 0) return { ok: true, ran: true };
  if (code === 3) return { ok: true, ran: false };
  const what = code === 4 ? `it still runs after ${stopS} s` : err.trim() || `code ${code}`;
  return {
    ok: false,
    why: withCode("HA0045", `The node did not stop: ${what}. Fix: read its log with ha log`),
  };
}

async function shell(script: string, words: readonly string[]) {
  const { code, stderr } = await new Deno.Command("/bin/sh", {
    // Both scripts set the path, and what they leave running they start with `cleanly`.
    args: ["-c", script, "sh", ...words],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return { code, err: new TextDecoder().decode(stderr) };
}

/** What was done to these names is on disk. */
export async function sync(paths: readonly string[]): Promise<void> {
  await shell(`${systemPath}; for path; do sync "\${path%/*}" || sync; done 2>/dev/null`, paths);
}

/** Has systemd no longer start it at boot. */
export async function disableNode(places: Places): Promise<void> {
  const script = `${systemPath}; if ${bySystemd}; then systemctl disable --quiet ha.service; fi`;
  await shell(script, [unitWord(places)]);
}
