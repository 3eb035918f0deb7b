import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { type Mood, underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import { noSshd, sh, startSshd, stopSshd } from "../../handler/stonith/testing_sshd.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { stateIn } from "./status.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/cyclades${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const not = await noSshd();
const config = {
  address: "127.0.0.1",
  port,
  identityfile: `${folder}/key`,
  knownhosts: `${folder}/known`,
  serialport: 3,
  hostlist: ["alice:1", "alice:2", "bob:3"],
};

/** A played console server: the forced command of the key stands for `/bin/pmCommand`. */
const command = `#!/bin/sh
cd "\${0%/*}" || exit 1
read mood <mood
set -- $SSH_ORIGINAL_COMMAND
[ "$1 $2" = "/bin/pmCommand 3" ] || exit 9
case $mood in
slow) sleep 0.3;;
hangs) exec sleep 4;;
drops) kill -9 $PPID; exec sleep 1;;
esac
if [ "$3 $4" = "status all" ]; then
  printf 'Outlet\\t\\tName\\t\\tStatus\\t\\tUsers\\t\\tInterval (s)\\n'
  for i in 1 2 3; do read state <outlet.$i; printf '%s\\t\\tname%s\\t\\t%s\\t\\t\\t\\t0.50\\n' $i $i $state; done
  exit
fi
case $mood in
refuses) echo "not allowed" >&2; exit 3;;
other) set -- "$1" "$2" "$3" 3;;
esac
[ -f outlet.$4 ] || exit 4
[ $mood = lies ] || echo $3 | tr a-z A-Z >outlet.$4
echo "$4: Outlet turned $3."
`;

if (not === undefined) {
  Deno.test.beforeAll(async () => {
    await startSshd(folder, port);
    await sh(
      `cd "$1" && printf '%s' "$2" >pm && chmod +x pm &&
       echo "command=\\"$1/pm\\" $(cat key.pub)" >authorized`,
      folder,
      command,
    );
    await set("good");
  });
  Deno.test.afterAll(async () => void await stopSshd(folder));
}

const set = async (mood: Mood) =>
  void await sh(
    `cd "$1" && echo $2 >mood && { [ $2 = good ] || exit 0; }
     for i in 1 2 3; do echo ON >outlet.$i; done`,
    folder,
    mood,
  );
const alive = async () => await sh('cat "$1"/outlet.[12]', folder) !== "OFF\nOFF";

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    revive: () => set("good"),
    alive,
    misdirected: [
      { port: port + 1 },
      { serialport: 4 },
      { hostlist: ["alice:7"] },
      { identityfile: `${folder}/stranger` },
      { knownhosts: `${folder}/unknown` },
    ],
  },
  levels: ["process"],
  skip: not === undefined ? {} : Object.fromEntries(clauses.map(({ id }) => [id, not])),
});

underMoods({ manifest, config, host: "alice", set, alive, not, timeoutMs: 3_000 });

reaches({
  manifest,
  config: () => config,
  may: () => ["run /usr/bin/ssh"],
  mayNot: () => [`connect 127.0.0.1 ${port}`, `connect 127.0.0.1 ${port + 1}`, "run /bin/sh"],
  not,
});

Deno.test("the table is read by its header; an unclear or missing row is no state", {
  permissions: "none",
}, () => {
  const table = `Outlet\tName\t\tStatus\tInterval (s)\tUsers
1\tserver1\tON\t0.50\troot
2\tserver2\tOFF\t0.50
3\t\tOFF\t0.50
4\tON\tOFF\t0.50
5\tserver5\t?\t0.50
6\tx\tON
6\ty\tOFF`;
  assert.equal(stateIn(table, "1"), "on");
  assert.equal(stateIn(table, "2"), "off");
  assert.equal(stateIn(table, "3"), "off");
  for (const outlet of ["4", "5", "6", "7"]) assert.throws(() => stateIn(table, outlet));
  assert.throws(() => stateIn("1 server1 OFF", "1"), /prints no table/);
});
