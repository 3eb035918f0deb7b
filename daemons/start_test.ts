/** What every daemon does before it does anything: real processes with their own flags. */
import assert from "node:assert/strict";
import { filePath } from "../pils/found.ts";
import { commandOf, descriptions } from "./processes.ts";
import { readNodeConfig } from "./site/node_config/read.ts";

const project = filePath(new URL("..", import.meta.url));
const scratch = `${project}/.test`;

Deno.test(
  "a daemon reports all errors in the operator's policy and lock when it starts",
  {
    permissions: { read: [project], write: [scratch], run: [Deno.execPath()] },
  },
  async (test) => {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "main_" });
    try {
      const configFile = `${folder}/node.json`;
      const text = JSON.stringify({
        cluster: "c",
        node: "alice",
        nodes: ["alice"],
        state: `${folder}/state`,
        run: `${folder}/run`,
        authkeys: `${folder}/authkeys`,
        plugins: folder,
        media: [{ plugin: "medium/ucast", address: "127.0.0.1", port: 6940, peers: [] }],
      });
      await Deno.writeTextFile(configFile, text);
      await Deno.writeTextFile(
        `${folder}/plugins.policy.json`,
        '{"allow": {"stonith": {}, "*": {"ned": []}}, "signatures": {"required": "yes"}}',
        { mode: 0o600 },
      );
      await Deno.writeTextFile(`${folder}/plugins.lock.json`, "{", { mode: 0o600 });
      const config = readNodeConfig(text);
      assert(config.ok);
      const places = { project, configFile, deno: Deno.execPath() };
      const loading = descriptions.filter((one) => "plugins" in one);
      for (const { name: process } of loading) {
        await test.step(process, async () => {
          const { code, stderr } = await new Deno.Command(Deno.execPath(), {
            args: commandOf(process, config.value, places),
            env: { NO_COLOR: "1" },
            stdin: "null",
            stdout: "null",
            // A daemon that finds nothing wrong would run for ever.
            signal: AbortSignal.timeout(20_000),
          }).output();
          const said = new TextDecoder().decode(stderr);
          assert.equal(code, 78, said);
          assert(said.startsWith(`${process}: Cannot tell which plugins may be loaded\n`), said);
          for (const part of [/plugins\.policy\.json: .*Fix: write it/s, /"?stonith"?/, /ned/]) {
            assert.match(said, part);
          }
          assert.match(said, /required/);
          assert.match(said, /plugins\.lock\.json: .*Fix: restore it/s);
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
