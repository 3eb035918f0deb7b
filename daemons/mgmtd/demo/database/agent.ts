/**
 * The resource agent of the demo's database. Those of the field change the user with `su`, which only
 * root may do; this one needs no more than PostgreSQL. The disk that moves with the service is a folder
 * that all nodes of the demo reach; a file in it says which of them has it.
 *
 * @module
 */

/** Provider and type of the agent. */
export const agent = { provider: "demo", type: "Database" } as const;

/** The agent: a program for `/bin/sh`. */
export const agentText = `#!/bin/sh
# Resource agent of the demo: PostgreSQL, as the user of the demo.
data=$OCF_RESKEY_data bin=$OCF_RESKEY_bin node=\${HA_NODE#*/}

describe() {
  cat <<'END'
<?xml version="1.0"?>
<resource-agent name="Database" version="1.0">
<version>1.1</version>
<longdesc lang="en">PostgreSQL of the demo</longdesc>
<shortdesc lang="en">PostgreSQL of the demo</shortdesc>
<parameters>
<parameter name="data" required="1"><longdesc lang="en">Folder of the data</longdesc>
<shortdesc lang="en">Folder of the data</shortdesc><content type="string"/></parameter>
<parameter name="bin" required="1"><longdesc lang="en">Folder of PostgreSQL's programs</longdesc>
<shortdesc lang="en">Folder of PostgreSQL's programs</shortdesc><content type="string"/></parameter>
</parameters>
<actions>
<action name="start" timeout="60s"/><action name="stop" timeout="60s"/>
<action name="monitor" timeout="20s" interval="1s"/><action name="meta-data" timeout="5s"/>
</actions>
</resource-agent>
END
}

# PostgreSQL refuses root.
as() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# A server that was killed and whose parent has not asked for its end yet is a zombie. A signal 0 still
# reaches it, so pg_ctl and the server take it for one that runs.
zombie() {
  pid=$(as head -n 1 "$data/postmaster.pid" 2>/dev/null)
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  grep -q '^State:[[:space:]]*[ZX]' "/proc/$pid/status" 2>/dev/null
}

runs() {
  [ "$(cat "$data/node" 2>/dev/null)" = "$node" ] && ! zombie && as "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1
}

start() {
  runs && return 0
  echo "$node" | as tee "$data/node" >/dev/null || return 1
  # Processes of a server that was killed may hold its memory for another moment. The cluster ends the
  # start at its timeout; this bound is below it.
  for try in $(seq 1 20); do
    if zombie; then as rm -f "$data/postmaster.pid"; fi
    as "$bin/pg_ctl" -D "$data" -s -w -t 30 -l "$data/log" -o "-c cluster_name=$node" start && return 0
    sleep 0.2
  done
  ocf_exit_reason "PostgreSQL does not start: $(as tail -n 2 "$data/log" 2>/dev/null | tr '\\n' ' ')"
  return 1
}

# The reason of a failure, for the cluster's status.
ocf_exit_reason() {
  echo "ocf-exit-reason:$1" >&2
}

stop() {
  runs || return 0
  as "$bin/pg_ctl" -D "$data" -s -w -m fast stop || return 1
}

case $1 in
meta-data) describe ;;
start) start ;;
stop) stop ;;
monitor) runs || exit 7 ;;
*) exit 3 ;;
esac
`;
