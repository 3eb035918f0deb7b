import assert from "node:assert/strict";
import { pause } from "../../../metadata/timer.ts";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/meatware${Deno.pid}`;
const config = { hostlist: ["alice", "bob"], folder: `${folder}/own` };

/** A person: looks at the request, switches the node that it names, and confirms. */
const person = `cd "$1" || exit
while [ -d own ]; do
  sleep 0.1
  read action node 2>/dev/null <own/request || continue
  [ "$action" = off ] && rm -f alive.$node
  echo "$action $node" >own/confirm.new && mv own/confirm.new own/confirm
done`;
let persons: Deno.ChildProcess | undefined;

Deno.test.beforeAll(async () => {
  for (const name of ["own", "other"]) await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  persons = new Deno.Command("/bin/sh", {
    args: ["-c", person, "person", folder],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
});
Deno.test.afterAll(async () => {
  await Deno.remove(`${folder}/own`, { recursive: true });
  await persons?.status;
  await Deno.remove(folder, { recursive: true });
});

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    async revive() {
      await new Deno.Command("/bin/sh", { args: ["-c", 'echo >"$1"/alive.alice', "test", folder] })
        .output();
    },
    alive: () =>
      Promise.resolve([...Deno.readDirSync(folder)].some((one) => one.name === "alive.alice")),
    misdirected: [{ folder: `${folder}/other` }, { folder: `${folder}/nowhere` }],
  },
  levels: ["process"],
});

reaches({
  manifest,
  config: () => ({ ...config, folder: `${folder}/other` }),
  may: () => [],
  mayNot: () => [
    `write ${folder}/other/confirm`,
    `write ${folder}/own/request`,
    `read ${folder}/own/confirm`,
  ],
});

Deno.test("stonith/meatware takes only a new answer with the name, from a file of its owner", async () => {
  const other = `${folder}/other`;
  await Deno.writeTextFile(`${other}/confirm`, "off alice\n");
  await using device = await loaded(manifest, { ...config, folder: other });
  const fence = () => device.api.fence("off", "alice", 1_500);
  const later = async (text: string, mode = 0o644) => {
    const fencing = fence();
    const asked = () => Deno.readTextFile(`${other}/request`).catch(() => "");
    while (await asked() !== "off alice\n") await pause(20);
    await Deno.writeTextFile(`${other}/confirm`, text);
    await Deno.chmod(`${other}/confirm`, mode);
    return await fencing;
  };
  const old = await fence();
  assert.equal(old.ok, false, "what stood there before is no answer");
  assert.match(old.detail, /nobody confirmed in time\. A PERSON MUST ACT: switch alice off/);
  assert.equal((await later("off bob\n")).ok, false);
  assert.equal((await later("on alice\n")).ok, false);
  assert.match(
    (await later("off alice\n", 0o666)).detail,
    /written by others \[HA\d{4}\]\. Fix: chmod go-w/,
  );
  await Deno.chmod(`${other}/confirm`, 0o644);
  assert.ok((await later("off alice\n")).ok);
  assert.ok(device.lines.some((line) => /^err A PERSON MUST ACT.*echo off alice >/.test(line)));
  assert.equal([...Deno.readDirSync(other)].some(({ name }) => name === "request"), false);
});
