/**
 * What runs when the package is installed, replaced and removed, and the programs that it installs.
 *
 * A package over a running node: the node is stopped in order, which moves its services away, and is
 * started with the new code. So no process runs code of two versions.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";

/** Where the package has its parts. */
export const places = {
  project: "/usr/lib/ha",
  deno: "/usr/lib/ha/bin/deno",
  packages: "/usr/lib/ha/npm",
  /** Deno's own cache: filled from `packages`, made again at any time. */
  cache: "/var/cache/ha",
  state: "/var/lib/ha",
  run: "/run/ha",
  etc: "/etc/ha",
} as const;

/** `ha` in the PATH. */
export const haProgram = `#!/bin/sh
# The command line of a cluster node. It may start Deno and read the project, nothing else: each command
# runs in a child with the permissions that the command needs. What Deno keeps of the code must not be
# writable by others: a node would refuse to start with it.
umask go-w
DENO_DIR=${places.cache} INIT_CWD=$PWD exec ${places.deno} run --quiet --no-prompt --cached-only \\
  --unstable-lazy-dynamic-imports --config=${places.project}/deno.json --allow-run=${places.deno} --allow-read=${places.project} \\
  --allow-env=INIT_CWD ${places.project}/daemons/mgmtd/ha.ts "$@"
`;

const systemd = "[ -d /run/systemd/system ]";

/**
 * The cache is made each time, so that nothing of another version is left in it. What Deno makes of the
 * sources is made now: only root may write here, and a node that starts should not have to.
 */
const postinst = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  umask 022
  rm -rf ${places.cache}
  mkdir -p ${places.cache} ${places.etc}
  cp -R ${places.packages} ${places.cache}/npm
  find ${places.project}/metadata ${places.project}/pils ${places.project}/plugins ${places.project}/daemons \\
    -name '*.ts' ! -path '*/templates/*' -exec env DENO_DIR=${places.cache} ${places.deno} cache \\
    --quiet --no-remote --config=${places.project}/deno.json {} +
  if ${systemd}; then
    systemctl daemon-reload
    if [ -e ${places.cache}.restart ]; then systemctl start ha.service; fi
  fi
  rm -f ${places.cache}.restart
fi
`;

/** For each node that runs: it may have been started without systemd. */
const isRunning = `for pid in /proc/[0-9]*; do
    [ "$(readlink "$pid/exe" 2>/dev/null)" = ${places.deno} ] || continue
    tr '\\0' '\\n' <"$pid/cmdline" 2>/dev/null | grep -qx ${places.project}/daemons/recoverymgrd/mod.ts || continue`;

const running = withCode(
  "HA9001",
  "ha: a node runs on this machine (process ${pid#/proc/}), and systemd did not start it. " +
    "Fix: stop it with kill ${pid#/proc/}, then try again",
);

const stop = (verb: string) =>
  `if ${systemd} && systemctl is-active --quiet ha.service; then
    ${verb === "upgrade" ? `touch ${places.cache}.restart\n    ` : ""}systemctl stop ha.service
  fi
  ${isRunning}
    echo "${running}" >&2
    exit 1
  done`;

const prerm = `#!/bin/sh
set -e
case $1 in
upgrade | failed-upgrade)
  ${stop("upgrade")}
  ;;
remove)
  ${stop("remove")}
  if ${systemd}; then systemctl disable --quiet ha.service || true; fi
  ;;
esac
`;

const postrm = `#!/bin/sh
set -e
case $1 in
remove | purge)
  rm -rf ${places.cache} ${places.cache}.restart ${places.run}
  rm -rf ${places.project}
  if ${systemd}; then systemctl daemon-reload; fi
  ;;
esac
if [ "$1" = purge ]; then
  rm -rf ${places.state} ${places.etc}
fi
`;

/** By the names that dpkg gives them. */
export const maintainerScripts: Readonly<Record<string, string>> = { postinst, prerm, postrm };

/** The unit of the project, with the places of the package. @throws {Error} if it is not as expected. */
export function installedUnit(unit: string): string {
  const line = /^ExecStart=.*$/m.exec(unit)?.[0];
  if (line === undefined) throw new Error("ha.service has no ExecStart");
  const start = line.replace("/usr/bin/deno", places.deno).replaceAll("/opt/ha", places.project);
  return unit.replace(line, `Environment=DENO_DIR=${places.cache}\n${start}`)
    .replaceAll("/opt/ha", places.project)
    .replace(/^# A node of the cluster\..*\n/, "");
}
