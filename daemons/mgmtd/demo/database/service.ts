/**
 * The database of `task demo --database`: PostgreSQL at a port of the loopback, and a client that
 * writes a row every 10 ms.
 *
 * @module
 */
import { stringify } from "@std/xml";
import { clearTimer, setTimer, type Timer } from "../../../../metadata/timer.ts";
import type { LocalCluster } from "../../local_nodes/local_cluster.ts";
import { primitiveElement } from "../../local_nodes/primitive.ts";
import type { DemoService } from "../service.ts";
import { agent, agentText } from "./agent.ts";
import { makeDatabase } from "./prepare.ts";
import { Writer } from "./writer.ts";

/** What it is made of. */
export interface DatabaseChoice {
  readonly local: LocalCluster;
  /** Folder of PostgreSQL's programs. */
  readonly bin: string;
  /** Port of the loopback. */
  readonly port: number;
}

/** See the head of the file. */
export function databaseService({ local: { folder }, bin, port }: DatabaseChoice): DemoService {
  const data = `${folder}/database`;
  const password = crypto.randomUUID();
  const writer = new Writer({
    hostname: "127.0.0.1",
    port,
    user: "demo",
    database: "postgres",
    password,
  });
  return {
    resource: "database",
    xml: stringify(primitiveElement({
      id: "database",
      agent: { class: "ocf", ...agent },
      parameters: { data, bin },
      operations: [
        { name: "start", interval: "0", timeout: "60s" },
        { name: "stop", interval: "0", timeout: "60s" },
        { name: "monitor", interval: "1s", timeout: "20s" },
      ],
    })),
    more: {
      agents: [{
        class: "ocf",
        plugin: "ra/ocf",
        folders: [`${folder}/agents`],
        temporary: `${folder}/temporary`,
      }],
    },
    answerWords: "the first row is accepted again",
    async prepare() {
      const agents = `${folder}/agents/${agent.provider}`;
      await Deno.mkdir(agents, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(`${agents}/${agent.type}`, agentText, { mode: 0o700 });
      await makeDatabase({ bin, data, port, password });
      writer.start();
    },
    host: (withinMs, not) => within(withinMs, writer, writer.accepted(0, not)),
    async check() {
      const { acknowledged, found, lost } = await writer.compare();
      return {
        ok: lost.length === 0,
        lines: [
          `Rows: ${acknowledged} acknowledged, ${found} in the database; ` +
          (lost.length === 0 ? "none is lost" : `LOST: ${lost.length}, the first is ${lost[0]}`),
        ],
        json: { rows: { acknowledged, found, lost: lost.length } },
      };
    },
    close: () => writer.stop(),
  };
}

async function within(
  withinMs: number,
  writer: Writer,
  accepted: Promise<{ readonly host: string }>,
): Promise<string> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimer(
      () => reject(new Error(`No row is accepted within ${withinMs} ms: ${writer.trouble}`)),
      withinMs,
    );
  });
  try {
    return (await Promise.race([accepted, late])).host;
  } finally {
    clearTimer(timer);
  }
}
