/**
 * The scripts by which agents reach the program: a folder of them is first in an agent's PATH, and is
 * its `HA_SBIN_DIR`, since many agents name the folder themselves.
 *
 * @module
 */
import { cleanly } from "../../site/clean_environment.ts";
import { programNames } from "./main.ts";

/** What the scripts name. Absolute paths. */
export interface Places {
  readonly deno: string;
  /** The project's folder. */
  readonly project: string;
  /** `cluster.sock` of the node. */
  readonly socket: string;
}

/** The second line of each script: by it a script of an earlier version is known. */
export const mark = "# Written by ha compat install. Changes are lost.";

/** A word that the shell takes as it is. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Characters of a message for the log at most. */
const messageCharactersMax = 4_096;

/** The release of the original whose options and outputs these are. */
export const release = "2.1.5";

/** The scripts, by name. */
export function launchers(places: Places): ReadonlyMap<string, string> {
  return new Map([
    ...programNames.map((name) => [name, launcher(name, places)] as const),
    ["ha_logger", script(logger)],
    ["ocf_log", script(ocfLog)],
    ["pacemakerd", script(pacemakerd)],
  ]);
}

const script = (body: string): string => `#!/bin/sh\n${mark}\n${body}`;

/**
 * Deno gets its environment alone, and the right to one socket. A comma in its path would be a second
 * path in the flags.
 */
function launcher(name: string, { deno, project, socket }: Places): string {
  return script(`socket=\${HA_SOCKET:-${quoted(socket)}}
case $socket in
*,*) echo "${name}: HA_SOCKET must not contain a comma: $socket" >&2; exit 64 ;;
/*) ;;
*) echo "${name}: HA_SOCKET must be an absolute path: $socket" >&2; exit 64 ;;
esac
exec ${cleanly} ${
    quoted(deno)
  } run --no-prompt --quiet --no-config --no-lock --no-remote --no-npm \\
  "--allow-net=unix:$socket" "--allow-read=$socket" "--allow-write=$socket" \\
  ${quoted(`${project}/daemons/mgmtd/compat/main.ts`)} \\
  ${name} "$socket" "\${OCF_RESOURCE_INSTANCE-}" "$@"
`);
}

/** `ha_logger [-t TAG] [-D ha-log|ha-debug] MESSAGE...` */
const logger = `tag=ha_logger
level=notice
while getopts t:D: option; do
  case $option in
  t) tag=$OPTARG ;;
  D) [ "$OPTARG" = ha-debug ] && level=debug ;;
  *) echo "usage: ha_logger [-t TAG] [-D ha-log|ha-debug] MESSAGE" >&2; exit 1 ;;
  esac
done
shift $((OPTIND - 1))
message=$(printf '%.${messageCharactersMax}s' "$*")
logger -t "$tag" -p "daemon.$level" -- "$message" 2>/dev/null || printf '%s: %s\\n' "$tag" "$message" >&2
`;

/** `ocf_log LEVEL MESSAGE...`, for agents that are no shell scripts. */
const ocfLog = `level=\${1:-info}
[ $# -gt 0 ] && shift
case $level in
err | error | crit | info | notice | debug) ;;
warn | warning) level=warning ;;
*) level=notice ;;
esac
message=$(printf '%.${messageCharactersMax}s' "$*")
tag=\${OCF_RESOURCE_INSTANCE:-ocf_log}
logger -t "$tag" -p "daemon.$level" -- "$message" 2>/dev/null ||
  printf '%s: %s: %s\\n' "$tag" "$level" "$message" >&2
`;

/** Agents ask for its version before they trust `crm_node -n` more than `uname -n`. */
const pacemakerd = `case $1 in
'-$' | --version) echo "Pacemaker ${release}" ;;
*) echo "pacemakerd: this cluster has no such daemon" >&2; exit 3 ;;
esac
`;
