/**
 * The demo, as a person starts it: real processes, real sockets, a real kill.
 *
 * @module
 */
import assert from "node:assert/strict";
import { demoOf } from "../daemons/mgmtd/demo/files.ts";
import { markOf } from "../daemons/mgmtd/local_nodes/local_cluster.ts";
import { filePath } from "../pils/found.ts";
import { look } from "../metadata/marked.ts";

const project = filePath(new URL("..", import.meta.url));
const permissions = { read: [project], run: [Deno.execPath(), "/bin/sh"] };
const local = demoOf(project);
const { nodes } = local;

/** The flags that the task gives the demo. */
async function flags(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", `${project}/daemons/mgmtd/demo/flags.ts`],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim().split(" ");
}

async function startDemo(options: readonly string[]): Promise<Deno.ChildProcess> {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      ...await flags(),
      `${project}/daemons/mgmtd/demo/mod.ts`,
      ...options,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Nothing of a demo is left: no process of its nodes, no file. */
async function nothingLeft(): Promise<void> {
  for (const node of nodes) {
    assert.deepEqual(await look(markOf(local, node)), [], `processes of ${node}`);
  }
  assert.throws(() => Deno.lstatSync(`${project}/.demo`), Deno.errors.NotFound);
}

Deno.test("a node is killed: its service moves, and nothing is left at the end", {
  permissions,
}, async () => {
  const demo = await startDemo(["--once", "--json"]);
  const { code, stdout, stderr } = await demo.output();
  const decoder = new TextDecoder();
  assert.equal(code, 0, decoder.decode(stderr));
  const result = JSON.parse(decoder.decode(stdout)) as Readonly<Record<string, number>>;
  const steps = ["noticed", "view", "fenced", "started", "answer"];
  const times = steps.map((step) => result[`kill_to_${step}_ms`] ?? Number.NaN);
  for (const time of times) assert.ok(time >= 0 && time < 15_000, JSON.stringify(result));
  const [noticed = 0, view = 0, fenced = 0, , answer = 0] = times;
  assert.ok(noticed <= view && view <= fenced && fenced <= answer, JSON.stringify(result));
  await nothingLeft();
});

Deno.test(
  "no row that a client had acknowledged is lost with its node, where PostgreSQL is installed",
  {
    permissions,
  },
  async () => {
    const demo = await startDemo(["--database", "--once", "--json"]);
    const { code, stdout, stderr } = await demo.output();
    const decoder = new TextDecoder();
    const said = decoder.decode(stderr);
    if (code === 69) {
      assert.match(
        said,
        /no PostgreSQL on this machine.*Fix: apt-get install postgresql/,
      );
    } else {
      assert.equal(code, 0, said);
      const { rows } = JSON.parse(decoder.decode(stdout)) as {
        readonly rows: { readonly acknowledged: number; readonly lost: number };
      };
      assert.ok(rows.acknowledged > 20, said);
      assert.equal(rows.lost, 0, said);
    }
    await nothingLeft();
  },
);

/** Ids of a node's processes that run one daemon. */
async function daemonOf(node: string, daemon: string): Promise<readonly string[]> {
  const ids = await look(markOf(local, node));
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'd=$1; shift; for p in "$@"; do grep -qF "/daemons/$d/mod.ts" /proc/$p/cmdline && echo $p; done; exit 0',
      "sh",
      daemon,
      ...ids.map(String),
    ],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}

async function kill(ids: readonly string[]): Promise<void> {
  await new Deno.Command("/bin/sh", { args: ["-c", 'kill -s KILL "$@"', "sh", ...ids] }).output();
}

/** Waits until it holds, 60 seconds at most: the machine may have much else to do. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_200; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`not within 60 s: ${what}`);
}

Deno.test(
  "a daemon or a service killed alone is started again; a killed demo leaves nothing",
  {
    permissions: { ...permissions, net: ["127.0.0.1"] },
  },
  async () => {
    const demo = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", ...await flags(), `${project}/daemons/mgmtd/demo/mod.ts`],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = demo.stdout.getReader();
    const decoder = new TextDecoder();
    let said = "";
    const reading = (async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        said += decoder.decode(value, { stream: true });
      }
    })();
    try {
      await until("the demo goes on", () => Promise.resolve(said.includes("The cluster goes on")));
      const cib = await Deno.readTextFile(`${project}/.demo/cib.xml`);
      const port = /name="port" value="(\d+)"/.exec(cib)?.[1];
      const page = async () => {
        try {
          return await (await fetch(`http://127.0.0.1:${port}/`)).text();
        } catch {
          return "";
        }
      };
      const host = /from (\w+) /.exec(await page())?.[1] ?? "";
      assert.ok(nodes.includes(host), "the service answers");

      for (const daemon of ["lrmd", "stonithd", "pengine"]) {
        const before = await daemonOf(host, daemon);
        assert.equal(before.length, 1, daemon);
        await kill(before);
        await until(`${daemon} of ${host} runs again`, async () => {
          const now = await daemonOf(host, daemon);
          return now.length === 1 && now[0] !== before[0];
        });
        assert.match(
          await page(),
          new RegExp(`from ${host} `),
          `the service lives without ${daemon}`,
        );
      }

      const service = await look(`HA_SERVICE=${local.cluster}/${host}/web`);
      await kill(service.map(String));
      await until("the service answers again, from a new process", async () => {
        const answer = await page();
        return answer !== "" &&
          !(await look(`HA_SERVICE=${local.cluster}/${host}/web`)).includes(service[0] ?? 0);
      });
    } finally {
      // Nobody ends the demo in good order: its guard does.
      demo.kill("SIGKILL");
      await demo.status;
      await demo.stdin.close().catch(() => {});
      await reading;
    }
    for (let turn = 0; turn < 200; turn++) {
      const left = await Promise.all(nodes.map((node) => look(markOf(local, node))));
      const folder = await Deno.lstat(`${project}/.demo`).catch(() => undefined);
      if (left.flat().length === 0 && folder === undefined) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await nothingLeft();
  },
);
