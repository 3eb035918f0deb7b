/** What every daemon does around its machines: a daemon of a few lines, as real processes. */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const scratch = `${project}/.test`;

/** A daemon that does what its node's name says. */
const program = (tiny: string) => `
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { main } from "../../daemons/site/main.ts";

const list = [{ name: "${tiny}", services: ["tiny"] }];
await main(list, "${tiny}", new Map(), async ({ config, store, text, log }) => {
  const { node } = config;
  if (node === "wrong") {
    throw new DiagnosticError("Cannot run it", [problem([], "it is wrong", "why", "fix", "HA1004")]);
  }
  if (node === "broken") throw new Error("it is broken");
  if (node === "full") await store("tiny");
  if (JSON.parse(text).node !== node) throw new Error("another text");
  log("tiny", "debug", "nobody reads this");
  const step = (_state, event) => {
    if (event.type === "stop") return [{ type: "stopped" }];
    if (node === "thrower") throw new Error("a mistake of ours");
    // Timers come when the process listens to signals already.
    if (event.type === "start") return [{ type: "timer", name: "t", inMs: 1 }];
    return event.type === "timer" ? [{ type: "log", level: "info", text: "it runs" }] : [];
  };
  return { machines: [{ service: node === "stray" ? "other" : "tiny", state: {}, step }] };
});
`;

/** A folder with the daemon, and the configuration of a node. */
async function site() {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "tiny_" });
  await Deno.writeTextFile(`${folder}/tiny.ts`, program("tiny"));
  await Deno.writeTextFile(`${folder}/taken`, "a file in the place of the state");
  return { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

const config = (folder: string, node: string, state = `${folder}/state`) => ({
  cluster: "c",
  node,
  nodes: [node],
  state,
  run: `${folder}/run`,
  authkeys: `${folder}/authkeys`,
  media: [{ plugin: "medium/ucast", address: "127.0.0.1", port: 6940, peers: [] }],
});

function started(folder: string, ...args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--cached-only", "--quiet", "--no-check"],
      ...[`--config=${project}/deno.json`, `--allow-read=${folder}`, `--allow-write=${folder}`],
      ...[`${folder}/tiny.ts`, ...args],
    ],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** How a process ended, and all that it wrote. */
async function ended(
  child: Deno.ChildProcess,
  stderr: ReadableStream<Uint8Array<ArrayBuffer>> = child.stderr,
): Promise<readonly [number, string]> {
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  const [{ code }, out, said] = await Promise.all([
    child.status,
    new Response(child.stdout).text(),
    new Response(stderr).text(),
  ]);
  clearTimeout(timer);
  return [code, `${out}${said}`];
}

const permissions: Deno.PermissionOptions = {
  read: [project],
  write: [scratch],
  run: [Deno.execPath(), "/bin/sh"],
};

Deno.test("a daemon that cannot start says why, and its code says whether to start it again", {
  permissions,
}, async () => {
  await using it = await site();
  const { folder } = it;
  const table: readonly (readonly [number, RegExp, readonly string[], object?])[] = [
    [64, /^Usage: tiny NODE_CONFIGURATION \[--until-stdin-ends\]\n$/, []],
    [64, /^Usage: tiny/, [`${folder}/odd.json`, "--until-it-ends"], config(folder, "odd")],
    [78, /tiny: cannot read ".*none\.json": /, [`${folder}/none.json`]],
    [78, /tiny: cannot use ".*bad\.json":\n +node.*\n +media/s, [`${folder}/bad.json`], {
      ...config(folder, "a b"),
      media: [],
    }],
    [78, /crit.*cannot start.*\n.*it is wrong/, [`${folder}/wrong.json`], config(folder, "wrong")],
    [1, /cannot start: it is broken/, [`${folder}/broken.json`], config(folder, "broken")],
    [1, /"other" is not in the services of daemons\/tiny\/descr/, [`${folder}/stray.json`], {
      ...config(folder, "stray"),
    }],
    [1, /a mistake of ours/, [`${folder}/thrower.json`], config(folder, "thrower")],
    [74, /Cannot open ".*taken\/tiny\/tiny"/, [`${folder}/full.json`], {
      ...config(folder, "full", `${folder}/taken`),
    }],
  ];
  await Promise.all(table.map(async ([code, why, args, node]) => {
    const [path] = args;
    if (path !== undefined && node !== undefined) {
      await Deno.writeTextFile(path, JSON.stringify(node));
    }
    const child = started(folder, ...args);
    const ending = ended(child);
    await child.stdin.close();
    const [found, said] = await ending;
    assert.match(said, why);
    assert.equal(found, code, said);
  }));
});

Deno.test("a daemon ends cleanly when it is asked, under a parent only by the parent's word", {
  permissions,
}, async () => {
  await using it = await site();
  const { folder } = it;
  const path = `${folder}/node.json`;
  await Deno.writeTextFile(path, JSON.stringify(config(folder, "alice")));
  /** Starts it, waits until it runs, does something, and gives its end. */
  const end = async (
    args: readonly string[],
    act: (child: Deno.ChildProcess, write: (text: string) => Promise<void>) => Promise<void>,
  ) => {
    const child = started(folder, path, ...args);
    const [stderr, rest] = child.stderr.tee();
    const reader = stderr.pipeThrough(new TextDecoderStream()).getReader();
    for (let said = ""; !said.includes("it runs");) said += (await reader.read()).value ?? "";
    const whole = ended(child, rest);
    const writer = child.stdin.getWriter();
    await act(child, (text) => writer.write(new TextEncoder().encode(text)));
    await writer.close().catch(() => {});
    const found = await whole;
    await reader.cancel();
    return found;
  };
  const alone = (signal: Deno.Signal) =>
    end([], async (child) => {
      child.kill("SIGHUP"); // its meaning is each daemon's own
      child.kill(signal);
      child.kill(signal);
      await child.status;
    });
  const [term, int, gone] = await Promise.all([
    alone("SIGTERM"),
    alone("SIGINT"),
    end(["--until-stdin-ends"], async (child, write) => {
      child.kill("SIGINT");
      await write("ping abc\n");
      // The end of its input is the end of its parent.
    }),
  ]);
  for (const [[code, said], why] of [[term, "SIGTERM"], [int, "SIGINT"]] as const) {
    assert.equal(code, 0, said);
    assert.equal(said.split(`ends: ${why}`).length, 2, said);
    assert.doesNotMatch(said, /nobody reads this|crit/);
  }
  assert.equal(gone[0], 1, gone[1]);
  assert.doesNotMatch(gone[1], /ends:/);
});
