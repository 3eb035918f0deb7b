/**
 * Attacks on what a plugin may do.
 *
 * @module
 */
import type { Attack } from "./attack.ts";

const read: Attack["control"] = ({ secret }) => [`--allow-read=${secret}`];
const write: Attack["control"] = ({ mark }) => [`--allow-write=${mark}`];
const shell: Attack["control"] = () => ["--allow-run=/bin/sh"];
const folder: Attack["control"] = ({ folder }) => [`--allow-read=${folder}`];
const nothing: Attack["control"] = () => [];

const network: Attack["control"] = ({ port }) => [`--allow-net=127.0.0.1:${port + 1}`];
const granted = { net: ["127.0.0.1:{port}"] };

/** Each must be refused. */
export const authority: readonly Attack[] = [
  { name: "read a file", body: "return await Deno.readTextFile(config.secret);", control: read },
  {
    name: "read a file through Node",
    head: `import fs from "node:fs";`,
    body: `return fs.readFileSync(config.secret, "utf8");`,
    control: read,
  },
  {
    name: "open a file, then read it",
    body: `using file = await Deno.open(config.secret);
    const bytes = new Uint8Array(64);
    return new TextDecoder().decode(bytes.subarray(0, await file.read(bytes)));`,
    control: read,
  },
  {
    name: "fetch a file by its URL",
    body: "return await (await fetch(`file://${config.secret}`)).text();",
    control: read,
  },
  {
    name: "write a file",
    body: `await Deno.writeTextFile(config.mark, "here");`,
    control: write,
  },
  {
    name: "write a file through Node",
    head: `import fs from "node:fs";`,
    body: `fs.writeFileSync(config.mark, "here");`,
    control: write,
  },
  {
    name: "start a shell",
    body: `const shell = new Deno.Command("/bin/sh", { args: ["-c", "echo LOOT"] });
    return new TextDecoder().decode((await shell.output()).stdout);`,
    control: shell,
  },
  {
    name: "start a shell through Node",
    head: `import { execFileSync } from "node:child_process";`,
    body: `return execFileSync("/bin/sh", ["-c", "echo LOOT"], { encoding: "utf8", env: {} });`,
    control: () => ["--allow-run=/bin/sh", "--allow-env"],
  },
  {
    name: "see the environment of the daemon",
    body: `return Deno.env.get("HOSTILE_SECRET");`,
    control: () => ["--allow-env=HOSTILE_SECRET"],
  },
  {
    name: "see the environment through Node",
    head: `import process from "node:process";`,
    body: `return process.env.HOSTILE_SECRET;`,
    control: () => ["--allow-env=HOSTILE_SECRET"],
  },
  {
    name: "connect beside the granted port",
    permissions: granted,
    body: `using connection = await Deno.connect({ hostname: "127.0.0.1", port: config.port + 1 });
    const bytes = new Uint8Array(64);
    return new TextDecoder().decode(bytes.subarray(0, await connection.read(bytes)));`,
    control: network,
  },
  {
    name: "connect through Node beside the granted port",
    permissions: granted,
    head: `import net from "node:net";`,
    body: `return await new Promise((resolve, reject) => {
      const socket = net.connect(config.port + 1, "127.0.0.1");
      socket.on("data", (data) => { resolve(String(data)); socket.destroy(); });
      socket.on("error", reject);
    });`,
    control: network,
  },
  {
    name: "listen beside the granted port",
    permissions: granted,
    body: `using listener = Deno.listen({ hostname: "127.0.0.1", port: config.port + 2 });
    return "LOOT" + listener.addr.port;`,
    control: ({ port }) => [`--allow-net=127.0.0.1:${port + 2}`],
  },
  {
    name: "send a datagram beside the granted port",
    permissions: { net: ["127.0.0.1:{port}", "127.0.0.1:0"] },
    body: `const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const to = { transport: "udp", hostname: "127.0.0.1", port: config.port + 1 };
    try { return "LOOT" + await socket.send(new Uint8Array(1), to); } finally { socket.close(); }`,
    control: ({ port }) => [`--allow-net=127.0.0.1:0,127.0.0.1:${port + 1}`],
  },
  {
    name: "talk through a Unix socket",
    body: `using listener = Deno.listen({ transport: "unix", path: config.mark });
    return "LOOT";`,
    control: ({ mark }) => [
      `--allow-net=unix:${mark}`,
      `--allow-read=${mark}`,
      `--allow-write=${mark}`,
    ],
  },
  {
    name: "call a library",
    body: `const libc = Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } });
    const pid = libc.symbols.getpid();
    libc.close();
    return "LOOT" + pid;`,
    control: () => ["--allow-ffi"],
  },
  {
    name: "ask the system about itself",
    body: `return "LOOT" + Deno.hostname() + Deno.osRelease();`,
    control: () => ["--allow-sys=hostname,osRelease"],
  },
  {
    name: "import a file by a computed name",
    body: "return (await import(`${config.folder}/other.ts`)).default;",
    control: folder,
  },
  {
    name: "import a file by a URL through eval",
    body: 'return (await (0, eval)(`import("file://${config.folder}/other.ts")`)).default;',
    control: folder,
  },
  {
    name: "import a file as text",
    body: "return (await import(`file://${config.secret}`, { with: { type: 'text' } })).default;",
    control: read,
  },
  {
    name: "import code from a data URL",
    importsOnly: true,
    body: `const name = "data:text/javascript,export default 'LOOT'";
    return (await import(name)).default;`,
    control: nothing,
  },
  {
    name: "import a package that nobody has consented to",
    importsOnly: true,
    body: `const name = "npm:zod@4.6.7";
    return "LOOT" + typeof (await import(name)).z;`,
    control: nothing,
  },
  {
    name: "hook the loading of modules after us",
    importsOnly: true,
    head: `import { registerHooks } from "node:module";`,
    body: `const hooks = registerHooks({
      resolve: () => ({
        url: "data:text/javascript,export default 'LOOT'", format: "module", shortCircuit: true,
      }),
    });
    const name = "anything";
    try { return (await import(name)).default; } finally { hooks.deregister(); }`,
    control: nothing,
  },
  {
    name: "hook the loading of modules by the back door",
    importsOnly: true,
    head: `import process from "node:process";`,
    body: `const hooks = process.getBuiltinModule("node:module").registerHooks({
      resolve: () => ({
        url: "data:text/javascript,export default 'LOOT'", format: "module", shortCircuit: true,
      }),
    });
    const name = "anything";
    try { return (await import(name)).default; } finally { hooks.deregister(); }`,
    control: nothing,
  },
  {
    name: "import a package in a thread of Node",
    importsOnly: true,
    head: `import process from "node:process";`,
    body: `const { Worker: Thread } = process.getBuiltinModule("node:worker_threads");
    const source = "import('npm:zod@4.6.7').then((zod) => " +
      "require('node:worker_threads').parentPort.postMessage('LOOT' + typeof zod.z))";
    const thread = new Thread(source, { eval: true, env: {} });
    try {
      return await new Promise((resolve, reject) => {
        thread.on("message", resolve);
        thread.on("error", reject);
        thread.on("exit", () => reject(new Error("it ended")));
      });
    } finally { await thread.terminate(); }`,
    control: nothing,
  },
  {
    name: "require a file",
    head: `import { createRequire } from "node:module";`,
    body: "return createRequire(`file://${config.folder}/`)(`${config.folder}/other.cjs`);",
    control: folder,
  },
  {
    name: "start a worker that inherits all there is",
    body: `const source = "postMessage('LOOT')";
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    try {
      return await new Promise((resolve) => worker.onmessage = (event) => resolve(event.data));
    } finally { worker.terminate(); }`,
    control: nothing,
  },
  {
    name: "start a thread of Node with more permission",
    head: `import { Worker as Thread } from "node:worker_threads";`,
    body: `const source = "require('node:worker_threads').parentPort.postMessage(" +
      "require('node:fs').readFileSync(" + JSON.stringify(config.secret) + ", 'utf8'))";
    const thread = new Thread(source, { eval: true });
    try {
      return await new Promise((resolve, reject) => {
        thread.on("message", resolve);
        thread.on("error", reject);
        thread.on("exit", () => reject(new Error("it ended")));
      });
    } finally { await thread.terminate(); }`,
    control: () => ["--allow-read", "--allow-env"],
  },
  {
    name: "ask for a permission",
    body: `const { state } = await Deno.permissions.request({ name: "read", path: config.secret });
    return state === "granted" ? await Deno.readTextFile(config.secret) : state;`,
    control: read,
  },
  {
    name: "keep something under the cache folder for others",
    body: `localStorage.setItem("hostile", "LOOT");
    const kept = localStorage.getItem("hostile");
    localStorage.removeItem("hostile");
    return kept;`,
    control: nothing,
  },
  {
    name: "kill the daemon",
    head: `import process from "node:process";`,
    body: `process.kill(process.ppid, 0);
    return "LOOT";`,
    control: () => ["--allow-run"],
  },
  {
    name: "leave its folder",
    head: `import process from "node:process";`,
    body: `process.chdir(config.folder);
    return "LOOT";`,
    control: folder,
  },
];
