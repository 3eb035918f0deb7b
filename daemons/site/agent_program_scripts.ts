/**
 * The scripts by which agents reach the programs of `daemons/mgmtd/compat/`: a folder of them is first
 * in an agent's PATH, and is its `HA_SBIN_DIR`, since many agents name the folder themselves.
 *
 * @module
 */
import { cleanly } from "./clean_environment.ts";
import { programNames } from "./agent_programs.ts";

/** What the scripts name. Absolute paths. */
export interface Places {
  readonly deno: string;
  /** The project's folder. */
  readonly project: string;
  /** `cluster.sock` of the node. */
  readonly socket: string;
  /** Programs of people and scripts, in the place of those of the same name. */
  readonly tools?: { readonly names: readonly string[]; readonly run: string };
}

/** The second line of each script: by it a script of an earlier version is known. */
export const mark = "# Written by ha compat install or by the node. Changes are lost.";

/** The same line of earlier versions. */
export const marks: readonly string[] = [mark, "# Written by ha compat install. Changes are lost."];

/** A word that the shell takes as it is. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Characters of a message for the log at most. */
const messageCharactersMax = 4_096;

/** The release of the original whose options and outputs these are. */
export const release = "2.1.5";

/** The scripts, by name. */
export function launchers(places: Places): ReadonlyMap<string, string> {
  const { names, run } = places.tools ?? { names: [], run: "" };
  return new Map([
    ...names.map((name) => [name, tool(name, places, run)] as const),
    ...programNames.filter((name) => !names.includes(name))
      .map((name) => [name, launcher(name, places)] as const),
    ["ha_logger", script(logger)],
    ["ocf_log", script(ocfLog)],
    ["pacemakerd", script(pacemakerd)],
  ]);
}

const script = (body: string): string => `#!/bin/sh\n${mark}\n${body}`;

/** A comma in the path of the socket would be a second path in the flags. */
function launcher(name: string, places: Places): string {
  return script(`${name === "crm_node" ? ownName : ""}socket=\${HA_SOCKET:-${quoted(places.socket)}}
case $socket in
*,*) echo "${name}: HA_SOCKET must not contain a comma: $socket" >&2; exit 64 ;;
/*) ;;
*) echo "${name}: HA_SOCKET must be an absolute path: $socket" >&2; exit 64 ;;
esac
${agentProgram(name, places)}`);
}

/** Deno gets its environment alone, and the right to the one socket `$socket`. */
const agentProgram = (name: string, { deno, project }: Places): string =>
  `exec ${cleanly} ${
    quoted(deno)
  } run --no-prompt --quiet --no-config --no-lock --no-remote --no-npm \\
  "--allow-net=unix:$socket" "--allow-read=$socket" "--allow-write=$socket" \\
  ${quoted(`${project}/daemons/mgmtd/compat/main.ts`)} \\
  ${name} "$socket" "\${OCF_RESOURCE_INSTANCE-}" "$@"
`;

/** Programs that people get as agents do: nothing of them is only for people. */
const ofAgents: readonly string[] = [
  "attrd_updater",
  "crm_attribute",
  "crm_failcount",
  "crm_master",
  "crm_node",
  "crm_standby",
];

/**
 * What needs one process instead of two: a call that the program of the agents answers, for anyone who
 * may open the node's own socket. A question that asks no node needs none; crmsh has one for each agent.
 */
function shortcut(name: string, places: Places): string {
  if (name === "crm_resource") return alternatives;
  const isQuery = name === "cibadmin"
    ? 'case "$1" in -Q*|--query) true ;; *) false ;; esac && '
    : "";
  if (!ofAgents.includes(name) && isQuery === "") return "";
  return `socket=${quoted(places.socket)}
if ${isQuery}[ -z "\${CIB_shadow-}" ] && [ -w "$socket" ]; then
${agentProgram(name, places)}fi
`;
}

/** `crm_resource --list-ocf-alternatives TYPE` */
const alternatives = `case "$#:$1:\${2-}" in
2:--list-ocf-alternatives:*/*) ;;
2:--list-ocf-alternatives:?*)
  for agent in /usr/lib/ocf/resource.d/*/"$2"; do
    [ -f "$agent" ] && provider=\${agent%/*} && echo "\${provider##*/}"
  done
  exit 0 ;;
esac
`;

/** A program of people and scripts: a command of `ha`, with the permissions of that call. */
const tool = (name: string, places: Places, run: string): string => {
  const { deno, project } = places;
  return script(
    `${shortcut(name, places)}${shadowed}INIT_CWD=$PWD exec ${
      quoted(deno)
    } run --quiet --no-prompt --cached-only --unstable-lazy-dynamic-imports \\
  ${quoted(`--config=${project}/deno.json`)} ${quoted(`--allow-run=${deno}`)} \\
  ${quoted(`--allow-read=${project}`)} --allow-env=INIT_CWD ${
      quoted(`${project}/daemons/mgmtd/ha.ts`)
    } \\
  ${
      name === "crm_simulate"
        ? `simulate ${quoted(`--run-folder=${run}`)}`
        : `compat run ${quoted(`--run=${run}`)} ${shadowOptions} ${name} --`
    } "$@"
`,
  );
};

/** Where shadow copies of the configuration are: as the original's programs find them. */
const shadowed = `shadows=\${CIB_shadow_dir:-\${HOME:-/nonexistent}/.cib}
`;
const shadowOptions = `"--shadow-folder=$shadows" \${CIB_shadow:+"--shadow=$CIB_shadow"}`;

/**
 * The name of this node is in the environment of its agents: for that nobody has to be asked, and many
 * agents ask it first.
 */
const ownName = `case "$#:$1:$HA_NODE" in
1:-n:*?/?* | 1:--name:*?/?*) echo "\${HA_NODE#*/}"; exit 0 ;;
esac
`;

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
