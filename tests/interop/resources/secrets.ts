/**
 * Secrets of a resource on real nodes, with an agent that does all that it should not: it prints its
 * secret, gives it as its reason, and keeps a process that has it in its environment. The text is
 * searched wherever a cluster leaves something; each search first finds what was put there to be found.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Called, ha } from "../../../daemons/mgmtd/commands/testing/ha_child.ts";
import {
  type RealCluster,
  realCluster,
  until,
} from "../../../daemons/mgmtd/commands/testing/real_cluster.ts";
import { connect } from "../../../daemons/runtime/client.ts";
import type { CibChange, Message } from "../../../daemons/runtime/messages.ts";
import { attempt, shell } from "./report.ts";

/** Of nobody else: what is found is a leak. */
const canary = `canary-${crypto.randomUUID()}`;
const second = `second-${crypto.randomUUID()}`;
/** Beside the cluster, in a place that is not searched. */
const at = "/run/canary";
const patterns = `${at}/patterns`;
const packets = `${at}/packets`;

const agent = `#!/bin/sh
state=${at}/$(basename "$HA_NODE")
case "$1" in
meta-data) cat <<'END'
<?xml version="1.0"?><resource-agent name="Canary"><version>1.1</version>
<longdesc lang="en">x</longdesc><shortdesc lang="en">x</shortdesc><parameters>
<parameter name="password"><longdesc lang="en">x</longdesc><shortdesc lang="en">x</shortdesc>
<content type="string"/></parameter></parameters>
<actions><action name="start" timeout="20s"/></actions></resource-agent>
END
;;
start)
  printf %s "$OCF_RESKEY_password" | sha256sum >"$state"
  sleep 600 >/dev/null 2>&1 </dev/null &
  echo $! >"$state.pid" ;;
stop) rm -f "$state"; kill $(cat "$state.pid") 2>/dev/null; exit 0 ;;
monitor)
  [ -f "$state" ] || exit 7
  [ ! -f ${at}/fail ] || { rm ${at}/fail; exit_reason=1; }
  set -x; : "$OCF_RESKEY_password"; set +x
  [ -z "$exit_reason" ] || { echo "ocf-exit-reason:cannot log in as $OCF_RESKEY_password" >&2; exit 1; } ;;
*) exit 3 ;;
esac
`;

const resource = (id: string, password: string) =>
  `<primitive id="${id}" class="ocf" provider="test" type="Canary">
<instance_attributes id="${id}-p"><nvpair id="${id}-w" name="password" value="${password}"/></instance_attributes>
<operations><op id="${id}-m" name="monitor" interval="1s" timeout="20s"/></operations></primitive>`;

const constraint = (node: string) =>
  `<rsc_location id="prefer" rsc="safe" node="${node}" score="100"/>`;

const withResources = (cib: string): string =>
  cib.replace(
    /<resources>[^]*<\/resources>/,
    `<resources>${resource("safe", "lrm://")}</resources>`,
  )
    .replace(
      /<constraints\/>|<constraints>[^]*<\/constraints>/,
      `<constraints>${constraint("alice")}</constraints>`,
    )
    .replace(/(<nvpair id="[^"]*" name="fencing-enabled" value=")true/, "$1false");

/** What the agent was started with on a node; "" where it is not started. */
const startedWith = async (node: string) =>
  (await shell(`cut -c1-64 ${at}/${node} 2>/dev/null || true`)).trim();

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).toHex();
}

/** Files that have it, by a search whose own arguments do not. */
const found = async (where: string): Promise<readonly string[]> =>
  (await shell(`grep -rlaF -f ${patterns} ${where} 2>/dev/null || true`)).split("\n").filter(
    Boolean,
  );

/** Runs the part. */
export async function secretsOfResources(): Promise<void> {
  await shell(`mkdir -p ${at}/agents/test && chmod 755 ${at}`);
  await Deno.writeTextFile(`${at}/agents/test/Canary`, agent, { mode: 0o755 });
  const forms = [canary, second].flatMap((
    text,
  ) => [text, btoa(text).replace(/=*$/, "").slice(0, -2)]);
  await Deno.writeTextFile(patterns, `${forms.join("\n")}\n`);
  const ear = new Deno.Command("/bin/sh", {
    args: ["-c", `exec tcpdump -i lo -s 0 -U -w ${packets} >/dev/null 2>&1`],
    stdin: "null",
  }).spawn();
  const store = (node: string) => `${at}/secrets-${node}`;
  try {
    await using cluster = await realCluster(
      "canary",
      ["alice", "bob"],
      withResources,
      (node, config) => ({
        ...config,
        secrets: store(node),
        packing: "none",
        agents: [{ class: "ocf", plugin: "ra/ocf", folders: [`${at}/agents`] }],
      }),
    );
    const stage: Stage = { cluster, store, said: [] };
    await lived(stage);
    await quoted(stage);
    await searched(stage);
  } finally {
    ear.kill("SIGTERM");
    await ear.status;
  }
}

/** The cluster, and the commands that are given to it. */
interface Stage {
  readonly cluster: RealCluster;
  readonly store: (node: string) => string;
  /** All that commands have said. */
  readonly said: string[];
}

async function command({ cluster, said }: Stage, words: string, input?: string): Promise<Called> {
  const called = await ha(cluster.folder, words.split(" "), input);
  said.push(called.out, called.err);
  return called;
}

const run = ({ cluster }: Stage, node: string) => `--run ${cluster.run(node)}`;
const status = (stage: Stage) => command(stage, `status ${run(stage, "alice")}`);
const set = (stage: Stage, text: string, more = "") =>
  command(
    stage,
    `resource secret set safe password --secrets ${stage.store("alice")} ${
      run(stage, "alice")
    }${more}`,
    text,
  );
const cleanup = (stage: Stage) => command(stage, `resource cleanup safe ${run(stage, "alice")}`);
const copy = ({ store }: Stage) =>
  shell(`rm -rf ${store("bob")}; cp -a ${store("alice")} ${store("bob")}`);

async function starts(node: string, text: string): Promise<void> {
  const wanted = await digest(text);
  await until(() => startedWith(node), (hash) => hash === wanted);
}

/** What a person does with secrets, and what the cluster does. */
async function lived(stage: Stage): Promise<void> {
  await attempt(
    "a resource without its secret is not started, in words, with the fix",
    async () => {
      const { out } = await until(
        () => status(stage),
        ({ out }) => /secrets-alice cannot be entered/.test(out),
      );
      assert.match(out, /Fix: ha resource secret set/);
      assert.equal(await startedWith("alice") + await startedWith("bob"), "");
    },
  );
  await attempt("with its secret it starts, and the agent has the text", async () => {
    await set(stage, canary);
    await copy(stage);
    const { code, err } = await set(stage, canary, " --cib");
    assert.equal(code, 0, err);
    await cleanup(stage);
    await starts("alice", canary);
  });
  await attempt("a changed secret restarts it, since its digest changes", async () => {
    await set(stage, second);
    await set(stage, second, " --cib");
    await starts("alice", second);
  });
  await attempt("a node that has another secret says so, and does not start it", async () => {
    const words = `resource secret check safe --secrets ${stage.store("bob")} ${run(stage, "bob")}`;
    const checked = await command(stage, words);
    assert.equal(checked.code, 1);
    assert.match(checked.out, /is not the secret that the CIB names/);
    const path = "/cib/configuration/constraints/rsc_location[@id='prefer']";
    await apply(stage.cluster, { op: "modify", path, set: { node: "bob" } });
    await until(
      () => status(stage),
      ({ out }) => /is not the secret that the CIB names/.test(out) && /Started alice/.test(out),
    );
    assert.equal(await startedWith("bob"), "");
    await copy(stage);
    await cleanup(stage);
    await starts("bob", second);
    assert.equal(await startedWith("alice"), "");
  });
}

/** What agents and people do wrong. */
async function quoted(stage: Stage): Promise<void> {
  await attempt("an agent that prints its secret is quoted without it", async () => {
    await shell(`: >${at}/fail`);
    const { out } = await until(() => status(stage), ({ out }) => /cannot log in as/.test(out));
    assert.match(out, /cannot log in as \*\*\*/);
  });
  await attempt("a secret that stands in the CIB causes a warning with the command", async () => {
    const path = "/cib/configuration/resources";
    const xml = resource("open", "an open text");
    const warnings = await apply(stage.cluster, { op: "create", path, xml });
    assert.match(
      warnings,
      /parameter "password" is a secret.*ha resource secret set open password/,
    );
    assert.doesNotMatch(warnings, /an open text/);
  });
}

/** Makes a change as a client of alice. @returns its warnings */
async function apply(cluster: RealCluster, change: CibChange): Promise<string> {
  await using client = await connect(`${cluster.run("alice")}/cluster.sock`);
  const { ok, error, warnings = [] } = await client.ask(
    "cib",
    { type: "cib/apply", id: "1", changes: [change] },
    (message): message is Extract<Message, { type: "cib/applied" }> =>
      message.type === "cib/applied" && message.id === "1",
    30_000,
  );
  assert.ok(ok, error);
  return warnings.join("\n");
}

/** Looks for the texts wherever they might be. */
async function searched(stage: Stage): Promise<void> {
  const { cluster, said } = stage;
  for (const words of ["status --json", "why safe", "why not safe alice", "simulate -L -S"]) {
    const folder = words.startsWith("simulate") ? "--run-folder" : "--run";
    await command(stage, `${words} ${folder} ${cluster.run("alice")}`);
  }
  const report = `${at}/said`;
  const places: Readonly<Record<string, string>> = {
    "the CIB, the state and the logs of both nodes": cluster.folder,
    "what the commands say": report,
    "arguments of processes": "/proc/[0-9]*/cmdline",
    "packets on the loopback": packets,
  };
  await Deno.writeTextFile(report, said.join("\n"));
  await attempt(
    "the search finds files of secrets, and the environment of the agent",
    async () => {
      assert.equal((await found(`${at}/secrets-*`)).length, 4);
      assert.ok((await found("/proc/[0-9]*/environ")).length > 0);
      const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
      await socket.send(new TextEncoder().encode("a packet of the test"), socket.addr);
      socket.close();
      const seen = `grep -caF "a packet of the test" ${packets} || true`;
      await until(() => shell(seen), (count) => Number(count) > 0);
      assert.ok(said.join().length > 1_000);
    },
  );
  for (const [what, where] of Object.entries(places)) {
    await attempt(`no secret in ${what}`, async () => assert.deepEqual(await found(where), []));
  }
}
