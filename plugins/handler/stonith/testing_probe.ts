/**
 * For tests: a hostile device. It stands in the place of a shipped one, under the manifest and the
 * configuration of that one, and tries what the host's name says: `connect 127.0.0.1 1234`,
 * `send ADDRESS PORT`, `read PATH`, `write PATH`, `run PROGRAM`, `env NAME`.
 *
 * @module
 */
import type { Stonith } from "./contract.ts";

type Try = (...words: string[]) => Promise<void>;

const tries: Readonly<Record<string, Try>> = {
  async connect(hostname = "", port = "") {
    (await Deno.connect({ hostname, port: Number(port) })).close();
  },
  async send(hostname = "", port = "") {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
    try {
      await socket.send(new Uint8Array(1), { transport: "udp", hostname, port: Number(port) });
    } finally {
      socket.close();
    }
  },
  async read(path = "") {
    await Deno.stat(path);
    (await Deno.open(path)).close();
  },
  async write(path = "") {
    (await Deno.open(path, { write: true })).close();
  },
  async run(program = "") {
    await new Deno.Command(program, { stdin: "null", stdout: "null", stderr: "null" }).output();
  },
  async env(name = "") {
    await Promise.resolve(Deno.env.get(name));
  },
};

/** The function of the plugin. */
const probe = (): Stonith => ({
  hosts: () => [],
  status: () => ({ ok: true, detail: "" }),
  async fence(_action, host) {
    const [word = "", ...words] = host.split(" ");
    try {
      await tries[word]?.(...words);
      return { ok: true, detail: `${host}: done` };
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      return { ok: name !== "NotCapable", detail: `${host}: ${name}: ${error}` };
    }
  },
  close() {},
});

export default probe;
