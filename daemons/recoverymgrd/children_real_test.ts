/**
 * Children that a shell script plays in the place of a daemon: how they are started, asked and ended.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import type { Api } from "../../pils/plugin.ts";
import { readNodeConfig } from "../site/node_config/read.ts";
import { Accepted } from "./accepted.ts";
import { children } from "./children.ts";
import type { ChildEvent } from "./state.ts";

const scratch = filePath(new URL("../../.test", import.meta.url));
const permissions = { read: [scratch], write: [scratch], run: ["/bin/sh"] };

/** Children made of a script, and what they do. */
async function stage(script: string) {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "children_" });
  const deno = `${folder}/deno`;
  await Deno.writeTextFile(deno, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  const text = JSON.stringify({
    cluster: "c",
    node: "alice",
    nodes: ["alice"],
    state: "/nowhere/state",
    run: folder,
    authkeys: `${folder}/authkeys`,
    media: [{ plugin: "medium/ucast", address: "127.0.0.1", peers: [{ address: "127.0.0.2" }] }],
  });
  const checked = readNodeConfig(text);
  assert.ok(checked.ok);
  const accepted = new Accepted(`${folder}/operator.json`, text, checked.value);
  await accepted.save();
  const events: string[] = [];
  const waiting = new Map<string, () => void>();
  const emit = (event: ChildEvent) => {
    const said = JSON.stringify(event);
    events.push(said);
    for (const [wanted, resolve] of waiting) if (said.includes(wanted)) resolve();
  };
  const wrote: unknown[] = [];
  let starts = 0;
  const api: Api = children(accepted, { project: "/project", deno }, {
    write: (status) => Promise.resolve(void wrote.push(status)),
    beat: () => void wrote.push("beat"),
  })(emit);
  return {
    folder,
    events,
    wrote,
    call(method: string, ...args: readonly unknown[]) {
      if (method === "start") starts++;
      api[method]?.(...args);
    },
    /** Until an event that holds this has come. */
    async event(wanted: string) {
      if (events.some((said) => said.includes(wanted))) return;
      await new Promise<void>((resolve) => waiting.set(wanted, resolve));
    },
    async [Symbol.asyncDispose]() {
      await api["close"]?.();
      while (events.filter((said) => said.includes('"ended"')).length < starts) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("a child is started privately, with its own mark and nothing else of this process", {
  permissions,
}, async () => {
  await using it = await stage('umask >"$0.umask"; env >"$0.env"; echo "$@" >"$0.args"; exit 7');
  it.call("start", "lrmd");
  await it.event('"ended"');
  assert.deepEqual(it.events, [
    '{"type":"ended","child":"lrmd","how":"ended with code 7","code":7}',
  ]);
  const read = async (what: string) =>
    (await Deno.readTextFile(`${it.folder}/deno.${what}`)).trim();
  assert.equal(await read("umask"), "0077");
  const env = (await read("env")).split("\n").filter((line) =>
    !/^(?:PWD|_|SHLVL|OLDPWD)=/.test(line)
  );
  assert.ok(env.includes("HA_NODE=c/alice"), env.join("\n"));
  assert.ok(env.includes("NO_COLOR=1"));
  const args = await read("args");
  assert.match(args, /^run --no-prompt .*\/project\/daemons\/lrmd\/mod\.ts .* --until-stdin-ends$/);
  assert.ok(args.includes(`${it.folder}/node.json`), "it reads the copy");
});

Deno.test("a child is alive if it answers the last question with its word, and as it says", {
  permissions,
}, async () => {
  await using it = await stage(`echo "alive"; echo "alive "
echo "starting early"
while read what word; do
  echo "alive other"; echo "dead $word"; echo "nonsense"
  printf '%0300d\\n' 0
  [ -e "$0.up" ] && echo "alive $word" || echo "starting $word"
  : >"$0.up"
done
exit 3`);
  it.call("ping", "lrmd"); // it is not there
  it.call("start", "lrmd");
  it.call("ping", "lrmd");
  await it.event('"alive"');
  it.call("ping", "lrmd");
  await it.event('"running":true');
  assert.deepEqual(it.events.filter((said) => !said.includes('"running":true')), [
    '{"type":"alive","child":"lrmd","running":false}',
  ]);
});

Deno.test(
  "signals reach their child, and one that has gone is no error",
  { permissions },
  async () => {
    await using it = await stage(`trap ': >"$0.hup"' HUP
trap ': >"$0.term"; exit 0' TERM
# A signal ends a read too.
while :; do read word && echo "alive \${word#ping }" || sleep 0.01; done`);
    for (const method of ["stop", "kill", "hangup"]) it.call(method, "lrmd");
    it.call("start", "lrmd");
    it.call("ping", "lrmd");
    await it.event('"alive"');
    it.call("hangup", "lrmd");
    const there = (name: string) =>
      Deno.stat(`${it.folder}/deno.${name}`).then(() => true, () => false);
    while (!await there("hup")) await new Promise((resolve) => setTimeout(resolve, 5));
    it.call("stop", "lrmd");
    await it.event('"ended"');
    assert.ok(await there("term"));
    assert.equal(
      it.events.at(-1),
      '{"type":"ended","child":"lrmd","how":"ended with code 0","code":0}',
    );
    it.call("start", "cluster");
    it.call("ping", "cluster");
    await it.event('"cluster","running"');
    it.call("kill", "cluster");
    await it.event('"SIGKILL"');
    assert.equal(
      it.events.at(-1),
      '{"type":"ended","child":"cluster","how":"was ended by SIGKILL","signal":"SIGKILL"}',
    );
    it.call("kill", "cluster");
  },
);

Deno.test("an end of this process is the end of its children; HUP is passed on until then", {
  permissions,
}, async () => {
  const it = await stage("while read word; do :; done");
  const hup = new Deno.Command("/bin/sh", { args: ["-c", "kill -HUP $PPID"], stdin: "null" });
  it.call("start", "lrmd");
  await hup.output();
  await it.event('"hangup"');
  it.call("report", { daemons: [] });
  it.call("beat", true);
  assert.deepEqual(it.wrote, [{ daemons: [] }, "beat"]);
  await it[Symbol.asyncDispose]();
  assert.match(it.events.at(-1) ?? "", /SIGKILL/);
});

Deno.test("a child that finds no configuration is told apart where the copy is gone", {
  permissions,
}, async () => {
  await using it = await stage('rm -f "$(dirname "$0")/node.json"; exit 78');
  it.call("start", "lrmd");
  await it.event('"ended"');
  assert.match(
    it.events[0] ?? "",
    /found no configuration: somebody emptied the run folder.*"code":69/,
  );
});
