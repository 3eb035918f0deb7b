/**
 * `ha resource` and `ha plugin check` with agents of the disk, each command under its real grant. The
 * test writes the agents.
 *
 * @module
 */
import assert from "node:assert/strict";
import { advisedMs, durationMs } from "./resource/operate.ts";
import { type Called, ha } from "./testing/ha_child.ts";
import { permissions, project } from "./testing/site.ts";

/** An agent that keeps a file while it runs; `more` comes before its actions. */
const agent = (name: string, more = "") =>
  `#!/bin/sh
state="$HA_RSCTMP/$OCF_RESOURCE_INSTANCE"
${more}
case "$1" in
meta-data) cat <<'END'
<?xml version="1.0"?>
<resource-agent name="${name}"><version>1.1</version>
<longdesc lang="en">Keeps a file</longdesc><shortdesc lang="en">a file</shortdesc>
<parameters>
<parameter name="size"><longdesc lang="en">Bytes</longdesc><shortdesc lang="en">Bytes</shortdesc>
<content type="integer" default="0"/></parameter>
<parameter name="password"><longdesc lang="en">P</longdesc><shortdesc lang="en">P</shortdesc>
<content type="string"/></parameter>
</parameters>
<actions><action name="start" timeout="20s"/><action name="stop" timeout="20s"/>
<action name="monitor" timeout="500ms"/><action name="validate-all" timeout="5"/></actions>
</resource-agent>
END
;;
start) : >"$state" ;;
stop) rm -f "$state" ;;
monitor) [ -f "$state" ] || exit 7 ;;
validate-all) ;;
*) exit 3 ;;
esac
`;

/** A folder with these agents, and \`ha\` in it. */
async function place(agents: Readonly<Record<string, string>>) {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const here = await Deno.makeTempDir({ dir: `${project}/.test`, prefix: "agents_" });
  const folder = `${here}/root/resource.d/test`;
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(agents)) {
    await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o755 });
  }
  const plugin = [`--plugin=root=${here}/root`, `--plugin=temporary=${here}/tmp`];
  return {
    here,
    run: (...words: readonly string[]): Promise<Called> => ha(here, [...words, ...plugin]),
    [Symbol.asyncDispose]: () => Deno.remove(here, { recursive: true }),
  };
}

Deno.test("one operation is run outside of the cluster, with its environment on request", {
  permissions,
}, async () => {
  await using it = await place({ File: agent("File") });
  const of = (...words: readonly string[]) => it.run("resource", "try", "ocf:test:File", ...words);
  const probe = await of("monitor");
  assert.equal(probe.code, 1);
  assert.match(probe.out, /^ocf:test:File monitor: 7 \(not running\), after \d+ ms\n$/);
  assert.equal((await of("start", "--resource=web")).code, 0);
  const shown = await of(
    "monitor",
    "size=7",
    "password=canary",
    "--resource=web",
    "--show-environment",
  );
  assert.equal(shown.code, 0, shown.out + shown.err);
  assert.match(shown.out, /resource.d\/test\/File monitor\n/);
  assert.match(shown.out, /^OCF_RESKEY_size=7$/m);
  assert.match(shown.out, /^OCF_RESKEY_CRM_meta_timeout=500$/m, "as the meta-data advises");
  assert.match(shown.out, /^OCF_RESOURCE_INSTANCE=web$/m);
  assert.match(shown.out, /^OCF_RESKEY_password=\(a secret\)$/m);
  assert.doesNotMatch(shown.out + shown.err, /canary|HA_NODE/);
  const stop = await of("stop", "--resource=web", "--json");
  const { agent: name, rc, timedOut } = JSON.parse(stop.out);
  assert.deepEqual([name, rc, timedOut], ["ocf:test:File", 0, false]);

  const wrong = await of("start", "size=much", "colour=red");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /size[^]*colour/);
  assert.equal((await of("start", "size=much", "--unchecked")).code, 0);
  const none = await of("start", "size=3", "--timeout=0");
  assert.equal(none.code, 64);
  assert.match(none.err, /timeout: it is no duration.*more than 0/);
  const words = await of("start", "size", "--timeout=5x");
  assert.equal(words.code, 64);
  assert.match(words.err, /size[^]*timeout/);
  assert.equal((await it.run("resource", "try", "ocf:test:Fiel", "start")).code, 105);
});

Deno.test("what an agent starts is not bound by the memory of its plugin's process", {
  permissions,
}, async () => {
  await using it = await place({ Limit: agent("Limit", "ulimit -d; exit 0") });
  const { out } = await it.run("resource", "try", "ocf:test:Limit", "monitor", "--unchecked");
  assert.match(out, /unlimited/);
});

Deno.test("an agent that keeps to the standard conforms, and nothing of it is left", {
  permissions,
}, async () => {
  await using it = await place({ File: agent("File") });
  const { code, out, err } = await it.run("plugin", "check", "ocf:test:File");
  assert.equal(code, 0, out + err);
  assert.match(out, /^ok {6}OCF11 start succeeds/m);
  assert.match(out, /^skipped OCF17 to OCF22: the meta-data lists no promote$/m);
  assert.match(out, /ocf:test:File conforms\.\n$/);
  assert.deepEqual([...Deno.readDirSync(`${it.here}/tmp`)], []);
});

Deno.test("each way to break the standard is found by its clause, and what started is stopped", {
  permissions,
}, async () => {
  const broken: Readonly<Record<string, readonly [text: string, clauses: readonly string[]]>> = {
    Names: [agent("Other"), ["OCF2"]],
    Mute: ["#!/bin/sh\nexit 1\n", ["OCF1"]],
    Lies: [agent("Lies", `[ "$1" = monitor ] && exit 0`), ["OCF8"]],
    NoStop: [agent("NoStop", `[ "$1" = stop ] && { [ -f "$state" ] || exit 1; }`), [
      "OCF9",
      "OCF27",
    ]],
    Accepts: [agent("Accepts", `[ "$1" = no-such-action ] && exit 0`), ["OCF10"]],
    NoStart: [agent("NoStart", `[ "$1" = start ] && exit 5`), ["OCF11"]],
    Once: [agent("Once", `[ "$1" = start ] && [ -f "$state" ] && exit 1`), ["OCF14"]],
    Slow: [agent("Slow", `[ "$1" = monitor ] && [ -f "$state" ] && sleep 60`), ["OCF12"]],
    Code: [agent("Code", `[ "$1" = validate-all ] && exit 99`), ["OCF7"]],
  };
  await using it = await place(
    Object.fromEntries(Object.entries(broken).map(([name, [text]]) => [name, text])),
  );
  for (const [name, [, expected]] of Object.entries(broken)) {
    const { code, out, err } = await it.run("plugin", "check", `ocf:test:${name}`, "--json");
    assert.equal(code, 1, name + err);
    const { conforms, clauses } = JSON.parse(out);
    assert.equal(conforms, false);
    const failed = clauses.filter(({ result }: { result: string }) => result === "failed");
    assert.deepEqual(failed.map(({ id }: { id: string }) => id), expected, `${name} ${out}`);
  }
  const left = [...Deno.readDirSync(`${it.here}/tmp`)].map(({ name }) => name);
  assert.deepEqual(left, []);
});

Deno.test(
  "a resource that runs already is neither started nor stopped",
  { permissions },
  async () => {
    await using it = await place({ File: agent("File") });
    await it.run("resource", "try", "ocf:test:File", "start", "--resource=conformance");
    const { code, out } = await it.run("plugin", "check", "ocf:test:File");
    assert.equal(code, 1);
    assert.match(out, /^FAILED {2}OCF8 .*it runs already, so nothing is started or stopped/m);
    const after = await it.run(
      "resource",
      "try",
      "ocf:test:File",
      "monitor",
      "--resource=conformance",
    );
    assert.equal(after.code, 0);
  },
);

Deno.test("durations are those of OCF: seconds, or a number with a unit", () => {
  for (
    const [text, ms] of [
      ["20", 20_000],
      ["20s", 20_000],
      ["500ms", 500],
      [" 2 min ", 120_000],
      ["1h", 3_600_000],
      ["0", 0],
      ["", undefined],
      ["-1", undefined],
      ["5x", undefined],
      ["1e3", undefined],
      ["constructor", undefined],
      ["5constructor", undefined],
    ] as const
  ) assert.equal(durationMs(text), ms, text);
});

Deno.test("an agent that advises no time, or an endless one, advises nothing of use", () => {
  const agent = (...timeouts: readonly string[]) => ({
    name: "a",
    fields: [],
    actions: timeouts.map((timeout) => ({ name: "start", timeout })),
  });
  assert.equal(advisedMs(agent("20s", "30s"), "start"), 30_000);
  for (const none of ["0", "0s", "", "-1", "x"]) {
    assert.equal(advisedMs(agent(none), "start"), undefined, none);
  }
  assert.equal(advisedMs(agent("0", "5"), "start"), 5_000);
  assert.equal(advisedMs(agent("999999999h"), "start"), 86_400_000);
});
