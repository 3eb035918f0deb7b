/**
 * A cluster of three nodes on this machine: one dies, its service moves.
 *
 * Everything is real: each node is separate processes with the flags of the daemons' READMEs, the
 * nodes hear each other over UDP, the service is a web server, the kill is SIGKILL. The demo only
 * starts, kills and watches; it takes part in nothing.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { filePath } from "../../../pils/found.ts";
import { exit } from "../exit.ts";
import { reportUncaught, terminal } from "../terminal.ts";
import { freeTcpPort, freeUdpPorts } from "../../site/free_ports.ts";
import { type Guard, guarded } from "../local_nodes/guarded.ts";
import { type LocalCluster, markOf, runFolder } from "../local_nodes/local_cluster.ts";
import { memoryOf } from "../local_nodes/memory.ts";
import { localNodes } from "../local_nodes/nodes.ts";
import { Demo } from "./demo.ts";
import { type DemoOptions, optionsOf } from "./options.ts";
import { type DemoDevice, deviceOf } from "./device.ts";
import { howToInstall, programsOf } from "./database/prepare.ts";
import { databaseService } from "./database/service.ts";
import { demoNodes, demoOf, processDevice, writeDemo } from "./files.ts";
import type { DemoService } from "./service.ts";
import { webService } from "./web_service.ts";
import { fileUrl } from "../../site/file_url.ts";

const project = filePath(new URL("../../..", import.meta.url));

async function main(): Promise<number> {
  const local = demoOf(project);
  const values = optionsOf(Deno.args);
  if (typeof values === "number") return values;
  const parts = await partsOf(local, values);
  if (typeof parts === "number") return parts;
  const { device, service } = parts;
  const plugins = values.plugins === undefined ? undefined : pathOf(values.plugins);
  const say = (line: string) => values.json ? terminal.err(`${line}\n`) : terminal.out(`${line}\n`);
  const [alice = 0, bob = 0, carol = 0] = freeUdpPorts(demoNodes.length);
  let guard: Guard;
  try {
    guard = await guarded(project, local);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const text = `A demo runs in this folder already: ${local.folder} is guarded. End it first.`;
    terminal.err([text]);
    return exit.exists;
  }
  await writeDemo(project, {
    keepaliveMs: values.keepaliveMs,
    deadtimeMs: values.deadtimeMs,
    ports: { alice, bob, carol },
    service,
    device,
    ...(plugins === undefined ? {} : { plugins }),
  });
  const demo = new Demo(
    local,
    localNodes(project, local, (node) => `${local.folder}/${node}.log`, guard),
    service,
    say,
  );
  const interrupted = onInterrupt(() => {
    say("Ending the demo");
    void demo.close().then(() => Deno.exit(values.once ? exit.error : exit.ok));
  });
  try {
    await service.prepare();
    const result = await play(demo, local, values.hang === true);
    if (values.json) terminal.out([JSON.stringify(result)]);
    if (!values.once) await converse(demo, local.folder, say);
    return exit.ok;
  } catch (error) {
    if (interrupted()) return exit.ok;
    terminal.err(`${messageOf(error)}\n`);
    await showLogs(local.folder);
    return exit.error;
  } finally {
    if (!interrupted()) await demo.close();
  }
}

/** What the demo is made of; the exit code, after a message, if it cannot be. */
async function partsOf(
  local: LocalCluster,
  { stonith, database }: DemoOptions,
): Promise<{ readonly device: DemoDevice; readonly service: DemoService } | number> {
  const device = stonith === undefined ? processDevice(local) : deviceOf(stonith);
  if (device === undefined) {
    terminal.err([
      withCode(
        "HA0002",
        `"${stonith}" is not a fencing device. Fix: TYPE NAME=VALUE..., such as ` +
          `--stonith 'smartplug address=127.0.0.1 "outlets=alice bob"'`,
      ),
    ]);
    return exit.usage;
  }
  const service = await serviceOf(local, database === true);
  if (service !== undefined) return { device, service };
  terminal.err([howToInstall]);
  return exit.unavailable;
}

/** What the nodes will run; undefined if it is not installed. */
async function serviceOf(
  local: LocalCluster,
  isDatabase: boolean,
): Promise<DemoService | undefined> {
  const port = freeTcpPort();
  if (!isDatabase) return webService(port);
  const bin = await programsOf();
  return bin === undefined ? undefined : databaseService({ local, bin, port });
}

/** A path that a person gave, which is relative to the folder where `deno task` was called. */
function pathOf(given: string): string {
  const here = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" }).state === "granted"
    ? Deno.env.get("INIT_CWD")
    : undefined;
  return filePath(fileUrl(given, here ?? project));
}

/** Calls `end` at the first signal that asks the demo to end; says whether one has come. */
function onInterrupt(end: () => void): () => boolean {
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      if (interrupted) return;
      interrupted = true;
      end();
    });
  }
  return () => interrupted;
}

/** Forms the cluster, kills the node that runs the service, and has it join again. */
async function play(demo: Demo, local: LocalCluster, hang: boolean) {
  const formedMs = await demo.form();
  const victim = await demo.host();
  const memory = await memoryOf(markOf(local, victim));
  const timeline = await demo.kill(victim, hang);
  const rejoinedMs = await demo.rejoin(victim);
  const { ok, lines, json } = await demo.check();
  if (!ok) throw new Error(lines.join("\n"));
  return {
    ...timeline.result(),
    ...json,
    start_to_answer_ms: formedMs,
    rejoin_ms: rejoinedMs,
    rss_mb: Object.fromEntries(memory.map(({ program, rssMb }) => [program, rssMb])),
    node_pss_mb: Math.round(memory.reduce((sum, { pssMb }) => sum + pssMb, 0)),
  };
}

async function showLogs(folder: string): Promise<void> {
  for (const node of demoNodes) {
    const log = await Deno.readTextFile(`${folder}/${node}.log`).catch(() => "");
    terminal.err([`--- the end of ${node}'s log`, ...log.split("\n").slice(-15)]);
  }
}

/** Goes on until the person has had enough. */
async function converse(
  demo: Demo,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  say(`\nThe cluster goes on. Say "kill NODE", "hang NODE", "start NODE", "status" or "quit".`);
  say(`In another terminal: deno task ha status --run ${runFolder({ folder }, demoNodes[0])}\n`);
  say(await demo.status());
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of Deno.stdin.readable) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [verb = "", node = ""] = line.trim().split(/\s+/);
      try {
        if (verb === "quit") return;
        else if (verb === "kill" && isNode(node)) await demo.kill(node);
        else if (verb === "hang" && isNode(node)) await demo.kill(node, true);
        else if (verb === "start" && isNode(node)) await demo.rejoin(node);
        else if (verb !== "status" && verb !== "") {
          say(`"${line.trim()}"? kill, hang, start, status, quit`);
        }
        say(await demo.status());
      } catch (error) {
        say(messageOf(error));
      }
    }
  }
}

const isNode = (name: string): boolean => demoNodes.some((node) => node === name);

reportUncaught(exit.error);
Deno.exit(await main());
