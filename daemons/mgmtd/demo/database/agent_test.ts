import assert from "node:assert/strict";
import { agentText } from "./agent.ts";

/** Stands for PostgreSQL's: as that does, it asks with signal 0 whether the server of the lock runs. */
const pgCtl = `#!/bin/sh
data=$2
for word in "$@"; do last=$word; done
alive() { [ -e "$data/postmaster.pid" ] && read -r pid <"$data/postmaster.pid" && kill -0 "$pid" 2>/dev/null; }
case $last in
status) alive ;;
start)
  if alive; then echo 'FATAL:  lock file "postmaster.pid" already exists' >>"$data/log"; exit 1; fi
  echo $$ >"$data/postmaster.pid" ;;
esac
`;

/** $1: the agent. $2: the folder. */
const story = `
exec 2>&1
data=$2/data
mkdir "$data"
# As an ordinary user's: for root the agent turns to the user of PostgreSQL, who is not everywhere.
PATH=$2:$PATH
# A child that ended, and whose parent does not ask for it.
sh -c 'sleep 0.01 & echo $! >"$1/postmaster.pid"; exec sleep 20' sh "$data" &
parent=$!
for try in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.1
  grep -qs '^State:[[:space:]]*Z' "/proc/$(cat "$data/postmaster.pid")/status" && break
done
zombie=$(cat "$data/postmaster.pid")
export OCF_RESKEY_data=$data OCF_RESKEY_bin=$2 HA_NODE=x/carol
echo carol >"$data/node"
sh "$1" monitor; echo "monitor $?"
sh "$1" start; echo "start $?"
[ "$(cat "$data/postmaster.pid")" = "$zombie" ] && echo "the lock of the zombie is kept"
kill "$parent"
exit 0
`;

Deno.test("a server that was killed and is a zombie does not run, and its lock holds nobody up", {
  permissions: { read: [".test"], write: [".test"], run: ["/bin/sh"] },
}, async () => {
  await Deno.mkdir(".test", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${Deno.cwd()}/.test` });
  try {
    await Deno.writeTextFile(`${folder}/agent`, agentText);
    await Deno.writeTextFile(`${folder}/pg_ctl`, pgCtl, { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/id`, "#!/bin/sh\necho 1000\n", { mode: 0o755 });
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", story, "sh", `${folder}/agent`, folder],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "monitor 7\nstart 0\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
