/**
 * Heartbeats of ours alone, as processes that hear each other over the loopback.
 *
 * @module
 */
import { flagsOf } from "../../../daemons/site/flags.ts";
import { filePath } from "../../../pils/found.ts";
import { Running } from "./running.ts";

const project = filePath(new URL("../../..", import.meta.url));
const address = "127.0.0.1";

/** What they have in common. */
export interface LoopbackOptions {
  /** UDP port of each node, by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** Text of the file of keys when a node starts. */
  readonly keys: string;
  /** Each node has a folder by its name in it. */
  readonly scratch: string;
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  /** Milliseconds between two numbered messages to all; none if left out. */
  readonly chatMs?: number;
}

/** The file of keys of a node. */
export const keysFile = (scratch: string, name: string): string => `${scratch}/${name}/authkeys`;

/** Starts one of them. */
export function loopbackNode(
  name: string,
  { ports, keys, scratch, ...times }: LoopbackOptions,
): Running {
  const folder = `${scratch}/${name}`;
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(keysFile(scratch, name), keys, { mode: 0o600 });
  const config = {
    ...times,
    node: name,
    nodes: Object.keys(ports),
    initdeadMs: 10_000,
    authkeys: keysFile(scratch, name),
    state: `${folder}/state`,
    media: [{
      link: "lo",
      plugin: "medium/ucast",
      config: {
        address,
        port: ports[name],
        peers: Object.entries(ports).filter(([other]) => other !== name)
          .map(([, port]) => ({ address, port })),
      },
    }],
  };
  const code = ["plugins", "pils", "metadata"].map((part) => `${project}/${part}`);
  return new Running(
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--quiet",
        `--config=${project}/deno.json`,
        ...flagsOf({ net: [address], read: [...code, folder], write: [folder] }),
        `${project}/tests/interop/heartbeat_node.ts`,
        JSON.stringify(config),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }),
  );
}
