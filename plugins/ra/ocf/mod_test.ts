import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/ra/conformance.ts";
import type { RaOperation, RaResult } from "../../handler/ra/contract.ts";
import {
  testingFolder,
  testingPermissions,
  writeProgram,
} from "../../handler/ra/testing_agents.ts";
import { testingHost } from "../../handler/testing_host.ts";
import { look } from "../../../metadata/marked.ts";
import { pause } from "../../../metadata/timer.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const root = testingFolder("ocf");
const folder = `${root}/resource.d/test`;
const temporary = `${root}/tmp`;
const metaData = (name: string, more = "") =>
  `cat <<'END'
<?xml version="1.0"?>
<resource-agent name="${name}"><version>1.1</version><longdesc lang="en">x</longdesc>
<shortdesc lang="en">x</shortdesc><parameters>${more}</parameters>
<actions><action name="start" timeout="20s"/></actions></resource-agent>
END
`;
const agent = (name: string, body: string) =>
  writeProgram(
    `${folder}/${name}`,
    `#!/bin/sh\nif [ "$1" = meta-data ]; then ${metaData(name)}exit 0; fi\n${body}\n`,
  );

agent(
  "File",
  `state="$HA_RSCTMP/$OCF_RESOURCE_INSTANCE"
case "$1" in
start) : >"$state" ;;
stop) rm -f "$state" ;;
monitor) [ -f "$state" ] || exit 7 ;;
*) exit 3 ;;
esac`,
);
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

const config = {
  root,
  secrets: `${root}/secrets`,
  temporary,
  folders: [],
  metadatams: 10_000,
  cluster: `test${Deno.pid}`,
  node: "alice",
};
conform(clauses, {
  manifest,
  plugin,
  config,
  levels: ["inline", "process"],
  given: { agent: { provider: "test", type: "File" }, parameters: {} },
});

const operation = (type: string, change: Partial<RaOperation> = {}): RaOperation => ({
  resource: "web",
  agent: { provider: "test", type },
  action: "monitor",
  intervalMs: 10_000,
  timeoutMs: 10_000,
  parameters: {},
  ...change,
});
const permissions = {
  run: ["/bin/sh"],
  read: [...testingPermissions.read],
  write: [...testingPermissions.write],
};
const open = (change = {}) => plugin({ ...config, ...change }, testingHost());
const run = async (type: string, change: Partial<RaOperation> = {}): Promise<RaResult> => {
  const api = await open();
  try {
    return await api.run(operation(type, change));
  } finally {
    await api.close();
  }
};

Deno.test("an agent gets the environment of the standard, and nothing else", {
  permissions,
}, async () => {
  agent("Environment", "/usr/bin/env | /usr/bin/sort; pwd");
  const api = await open({ pathfirst: "/first" });
  const { rc, output } = await api.run(operation("Environment", {
    parameters: { ip: "10.0.0.1", "CRM_meta_on-fail": "restart", OCF_CHECK_LEVEL: "10" },
  }));
  await api.close();
  assert.equal(rc, 0);
  const lines = output.split("\n").filter((line) =>
    !/^(?:HA_OPERATION|PWD|OLDPWD|_|SHLVL)=/.test(line)
  );
  assert.deepEqual(lines, [
    `HA_NODE=${config.cluster}/alice`,
    `HA_RSCTMP=${temporary}`,
    "HA_SBIN_DIR=/first",
    "OCF_CHECK_LEVEL=10",
    "OCF_RA_VERSION_MAJOR=1",
    "OCF_RA_VERSION_MINOR=1",
    "OCF_RESKEY_CRM_meta_interval=10000",
    "OCF_RESKEY_CRM_meta_name=monitor",
    "OCF_RESKEY_CRM_meta_on_fail=restart",
    "OCF_RESKEY_CRM_meta_timeout=10000",
    "OCF_RESKEY_ip=10.0.0.1",
    "OCF_RESOURCE_INSTANCE=web",
    "OCF_RESOURCE_PROVIDER=test",
    "OCF_RESOURCE_TYPE=Environment",
    `OCF_ROOT=${root}`,
    "PATH=/first:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin",
    "/",
  ]);
});

Deno.test("what an operation would start can be seen, and nothing is started", {
  permissions,
}, async () => {
  writeProgram(`${folder}/Looks`, `#!/bin/sh\n: >${root}/was_started\n`);
  const api = await open();
  const prepared = await api.prepare?.(operation("Looks", { parameters: { ip: "10.0.0.1" } }));
  assert.ok(prepared !== undefined && "program" in prepared);
  assert.equal(prepared.program, `${folder}/Looks`);
  assert.deepEqual(prepared.args, ["monitor"]);
  assert.equal(prepared.environment["OCF_RESKEY_ip"], "10.0.0.1");
  const none = await api.prepare?.(operation("nothing"));
  assert.match(none !== undefined && "why" in none ? none.why : "", /does not exist/);
  assert.throws(() => Deno.statSync(`${root}/was_started`), Deno.errors.NotFound);
});

Deno.test("a value reaches the agent as it is, and is never read as code", {
  permissions,
}, async () => {
  agent("Echo", 'printf "<%s>" "$OCF_RESKEY_value"');
  for (
    const value of [
      "",
      "a b",
      `'"`,
      "a\nb",
      "$(touch x) `id` ${HOME}",
      "ä€😀",
      "--",
      "%s\\n",
      "* ?",
    ]
  ) {
    const { output } = await run("Echo", { parameters: { value } });
    assert.equal(output, `<${value}>`);
  }
});

Deno.test("a parameter that no program can receive: nothing could start, so nothing runs", {
  permissions,
}, async () => {
  agent("Never", "exit 0");
  for (
    const [parameters, why] of [
      [{ value: "a\0b" }, /value.*NUL/],
      [{ "no name": "1" }, /"no name" cannot be the name/],
      [{ "a=b": "1" }, /"a=b" cannot be the name/],
      [{ "": "1" }, /"" cannot be the name/],
      [{ ü: "1" }, /"ü" cannot be the name/],
      [{ value: "x".repeat(200_000) }, /"value" has 200005 bytes/],
      [{ value: "\0", "b c": "" }, /NUL[^]*"b c"/],
    ] as const
  ) {
    const of = async (action: string, intervalMs = 0) =>
      await run("Never", { action, intervalMs, parameters });
    assert.equal((await of("monitor")).rc, 7);
    assert.equal((await of("stop")).rc, 0);
    const start = await of("start");
    assert.equal(start.rc, 6);
    assert.match(start.output, why);
    assert.equal((await of("monitor", 1_000)).rc, 6);
  }
});

Deno.test("an agent that cannot be run is not installed, and the result says why", {
  permissions,
}, async () => {
  writeProgram(`${folder}/plain`, "#!/bin/sh\nexit 0\n", 0o644);
  writeProgram(`${folder}/interpreter`, "#!/no/such/interpreter\n");
  Deno.mkdirSync(`${folder}/folder`);
  // A link needs rights to everything; a shell has them.
  const links = new Deno.Command("/bin/sh", {
    args: ["-c", `cd "$1" && ln -s loop loop && ln -s nowhere dangling`, "sh", folder],
  }).outputSync();
  assert.ok(links.success);
  for (
    const [type, why] of [
      ["nothing", /nothing does not exist.*Fix/],
      ["plain", /plain is not executable.*chmod/],
      ["folder", /folder is a folder/],
      ["loop", /loop cannot be used.*symbolic links/],
      ["dangling", /dangling does not exist/],
      ["interpreter", /Cannot start .*interpreter/],
      ["../test/File", /cannot be the name of an agent/],
      ["a\nb", /cannot be the name of an agent/],
    ] as const
  ) {
    const { rc, output, timedOut } = await run(type);
    assert.equal(rc, 5, type);
    assert.equal(timedOut, false);
    assert.match(output, why);
    const api = await open();
    if (type !== "interpreter") {
      await assert.rejects(
        async () => await api.describe({ provider: "test", type }),
        why,
      );
    }
  }
  const api = await open();
  const names = (await api.list()).map(({ type }) => type);
  assert.ok(names.includes("File"));
  for (const name of ["plain", "folder", "loop", "dangling"]) {
    assert.ok(!names.includes(name), name);
  }
});

Deno.test("exit codes that OCF does not define, and signals, are errors", {
  permissions,
}, async () => {
  agent("Code", 'exit "$OCF_RESKEY_code"');
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 190, 191]) {
    const { rc, exitCode, reason } = await run("Code", { parameters: { code: `${code}` } });
    assert.deepEqual([rc, exitCode, reason], [code, code, undefined]);
  }
  for (const code of [10, 42, 126, 127, 128, 143, 189, 255]) {
    const { rc, exitCode, reason = "" } = await run("Code", { parameters: { code: `${code}` } });
    assert.deepEqual([rc, exitCode], [1, code]);
    assert.match(reason, new RegExp(`ended with code ${code}, which its standard does not`));
  }
  agent("Signal", 'echo bye; kill -s "$OCF_RESKEY_signal" $$');
  for (const name of ["TERM", "KILL", "SEGV"]) {
    const { rc, signal, timedOut, output } = await run("Signal", { parameters: { signal: name } });
    assert.deepEqual([rc, signal, timedOut], [1, `SIG${name}`, false]);
    assert.equal(output, `bye\nthe agent was ended by SIG${name}`);
  }
});

Deno.test("the reason that an agent gives is the last that it gives", { permissions }, async () => {
  agent(
    "Reason",
    "echo ocf-exit-reason:not this >&1; echo 'ocf-exit-reason:first' >&2; " +
      "echo 'ocf-exit-reason: the disk is full' >&2; echo more >&2; exit 1",
  );
  const { rc, reason } = await run("Reason");
  assert.deepEqual([rc, reason], [1, "the disk is full"]);
});

Deno.test("output is data: bounded, in any encoding, without line breaks", {
  permissions,
}, async () => {
  agent("Garbage", `printf '\\033[2J\\000\\377\\376\\201 end'; exit 1`);
  const garbage = await run("Garbage");
  assert.equal(garbage.rc, 1);
  assert.equal(garbage.output, "\ufffd[2J\ufffdÿþ\ufffd end");
  agent("Latin", "printf 'gr\\374n'");
  assert.equal((await run("Latin")).output, "grün");
  agent("Much", "head -c 104857600 /dev/zero | tr '\\0' x; printf end");
  const much = await run("Much", { timeoutMs: 60_000 });
  assert.equal(much.rc, 0);
  assert.equal(much.output.length, 4096);
  assert.match(much.output, /^x+end$/);
  agent("Closed", "exec >&- 2>&- <&-; sleep 0.2; exit 7");
  assert.equal((await run("Closed")).rc, 7);
});

Deno.test("recurring monitors share a shell, and nothing of one reaches another", {
  permissions,
}, async () => {
  agent(
    "Shell",
    'echo "$PPID $OCF_RESKEY_own"; printf "\\001no mark" >&2; exit "${OCF_RESKEY_rc:-0}"',
  );
  const api = await open();
  const of = async (change: Partial<RaOperation>) => {
    const { rc, output } = await api.run(operation("Shell", change));
    const [parent = "", ...own] = output.replace("\ufffdno mark", "").trim().split(" ");
    return { rc, parent, own: own.join(" ") };
  };
  const first = await of({ parameters: { own: "mine", rc: "7" } });
  const second = await of({ resource: "other" });
  assert.deepEqual([first.rc, first.own, second.rc, second.own], [7, "mine", 0, ""]);
  assert.equal(second.parent, first.parent);
  const atOnce = await Promise.all([of({}), of({ resource: "other" })]);
  assert.notEqual(atOnce[0]?.parent, atOnce[1]?.parent);
  for (const action of ["start", "probe"]) {
    const alone = await of(action === "start" ? { action } : { intervalMs: 0 });
    assert.equal(alone.parent, String(Deno.pid), action);
  }
  agent("Kills", 'kill -s KILL "$PPID"; sleep 300');
  assert.equal((await api.run(operation("Kills"))).signal, "SIGKILL");
  assert.equal((await of({})).rc, 0);
  await api.close();
});

const isThere = (path: string) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
};

const gone = async (mark: string) => {
  for (let round = 0; round < 200; round++) {
    if ((await look(mark)).length === 0) return true;
    await pause(25);
  }
  return false;
};

Deno.test("an agent whose time is over is ended with all that it has started", {
  permissions,
}, async () => {
  const hang = "/usr/bin/env HA_HANG=$OCF_RESKEY_mark sleep 300";
  agent("Hangs", hang);
  agent("Deaf", `trap '' TERM; ${hang}; ${hang}`);
  agent("Detaches", `setsid /bin/sh -c "trap '' TERM; ${hang}" & ${hang}`);
  agent("Talks", `${hang} & while :; do echo and so on; done`);
  for (const type of ["Hangs", "Deaf", "Detaches", "Talks"]) {
    const mark = `${type}${Deno.pid}`;
    const { rc, timedOut, reason } = await run(type, { timeoutMs: 300, parameters: { mark } });
    assert.deepEqual([rc, timedOut], [1, true], type);
    assert.match(reason ?? "", /timeout of 300 ms/);
    assert.ok(await gone(`HA_HANG=${mark}`), `${type} has left something`);
  }
});

Deno.test("SIGTERM comes first, and an agent may tidy up", { permissions }, async () => {
  agent("Tidy", `trap 'echo tidied; exit 0' TERM; while :; do sleep 0.05; done`);
  const { rc, timedOut, output } = await run("Tidy", { timeoutMs: 500 });
  assert.deepEqual([rc, timedOut], [1, true]);
  assert.match(output, /^tidied$/m);
});

Deno.test(
  "a service that an agent starts outlives its operation and the plugin, and holds no operation up",
  {
    permissions,
  },
  async () => {
    agent("Serves", "/usr/bin/env HA_SERVES=$OCF_RESKEY_mark sleep 300 &");
    const mark = `HA_SERVES=${Deno.pid}`;
    const api = await open();
    const parameters = { mark: String(Deno.pid) };
    const { rc, timedOut } = await api.run(operation("Serves", { action: "start", parameters }));
    assert.deepEqual([rc, timedOut], [0, false]);
    await api.close();
    const left = await look(mark);
    assert.equal(left.length, 1);
    const ended = new Deno.Command("/bin/sh", { args: ["-c", 'kill "$1"', "sh", `${left[0]}`] });
    assert.ok((await ended.output()).success);
    assert.ok(await gone(mark));
  },
);

Deno.test("an operation that is void is ended, and no other", { permissions }, async () => {
  agent("Long", "sleep 300");
  const api = await open();
  const of = (resource: string) =>
    api.run({ ...operation("Long", { timeoutMs: 600_000 }), resource, action: "monitor" });
  const [first, other] = [of("first"), of("other")];
  await pause(200);
  const { intervalMs } = operation("Long");
  await api.end?.({ resource: "first", action: "start", intervalMs });
  await api.end?.({ resource: "first", action: "monitor", intervalMs });
  assert.equal((await first).signal, "SIGKILL");
  const still = await Promise.race([other, pause(200).then(() => "still running")]);
  assert.equal(still, "still running");
  await api.close();
  assert.equal((await other).signal, "SIGKILL");
});

Deno.test("close ends what is under way", { permissions }, async () => {
  agent("Long", "sleep 300");
  const api = await open();
  const running = api.run(operation("Long", { timeoutMs: 600_000 }));
  await pause(200);
  await api.close();
  assert.deepEqual((await running).signal, "SIGKILL");
});

Deno.test("an agent that is replaced while it runs ends as it began", { permissions }, async () => {
  agent(
    "Replaced",
    `: >${root}/begun; while [ ! -e ${root}/replaced ]; do sleep 0.02; done; exit 7`,
  );
  const first = run("Replaced");
  while (!isThere(`${root}/begun`)) await pause(20);
  const next = agent("Replaced.new", "exit 0");
  Deno.renameSync(next, `${folder}/Replaced`);
  Deno.writeTextFileSync(`${root}/replaced`, "");
  assert.equal((await first).rc, 7);
  assert.equal((await run("Replaced")).rc, 0);
});

Deno.test("meta-data is asked once for each content of an agent", { permissions }, async () => {
  const count = `${root}/count`;
  const counting = (name: string) =>
    writeProgram(`${folder}/Counts`, `#!/bin/sh\necho >>${count}\n${metaData(name)}`);
  counting("One");
  const api = await open();
  const ref = { provider: "test", type: "Counts" };
  const [one, same] = await Promise.all([api.describe(ref), api.describe(ref)]);
  assert.equal(one, same);
  assert.match(await api.describe(ref), /name="One"/);
  assert.equal(Deno.readTextFileSync(count).length, 1);
  counting("Two");
  assert.match(await api.describe(ref), /name="Two"/);
  assert.equal(Deno.readTextFileSync(count).length, 2);
});

Deno.test("an agent without usable meta-data is an error in words, within bounds", {
  permissions,
}, async () => {
  const says = (name: string, body: string) =>
    writeProgram(`${folder}/${name}`, `#!/bin/sh\n${body}\n`);
  says("Silent", "exit 1");
  says("Endless", "yes '<parameter/>'");
  says("Stuck", "sleep 300");
  says("Broken", "echo '<resource-agent'");
  says("Other", "echo '<html/>'; echo complaint >&2");
  const api = await open({ metadatams: 10_000 });
  const hasty = await open({ metadatams: 500 });
  for (
    const [type, why] of [
      ["Silent", /Silent gives no meta-data: it ended with code 1/],
      ["Endless", /prints more than 262144 bytes/],
      ["Stuck", /takes more than 500 ms/],
      ["Broken", /no whole <resource-agent>/],
      ["Other", /no whole <resource-agent>.*complaint/],
    ] as const
  ) {
    await assert.rejects(
      async () => await (type === "Stuck" ? hasty : api).describe({ provider: "test", type }),
      why,
    );
  }
  says(
    "Umlaut",
    `printf '<resource-agent name="gr\\374n"><version>1.0</version></resource-agent>'`,
  );
  assert.match(await api.describe({ provider: "test", type: "Umlaut" }), /name="grün"/);
});

Deno.test("further folders come first, and a folder that is not there has no agents", {
  permissions,
}, async () => {
  writeProgram(`${root}/more/test/File`, "#!/bin/sh\nexit 8\n");
  writeProgram(`${root}/more/mine/Own`, "#!/bin/sh\nexit 0\n");
  writeProgram(`${root}/more/mine/.hidden`, "#!/bin/sh\nexit 0\n");
  const api = await open({ folders: [`${root}/more`, `${root}/no`] });
  assert.equal((await api.run(operation("File"))).rc, 8);
  await api.close();
  const refs = await api.list();
  const mine = refs.filter(({ provider }) => provider === "mine");
  assert.deepEqual(mine, [{ provider: "mine", type: "Own" }]);
  assert.equal(refs.filter(({ type }) => type === "File").length, 1);
  const none = await plugin({ ...config, root: `${root}/no` }, testingHost());
  assert.deepEqual(await none.list(), []);
});
