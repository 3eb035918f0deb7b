/**
 * The parts of a report: what this machine's node knows, as texts by the names of their files.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { messageOf } from "../../../metadata/message_of.ts";
import { readCib } from "../../cib/doors/document.ts";
import project from "../../../deno.json" with { type: "json" };
import { connect } from "../../runtime/client.ts";
import { withoutSecrets } from "../api/show/secrets.ts";
import { LogFilter, type Wanted } from "../log/lines.ts";
import { linesOf, type Source } from "../log/source.ts";
import { daemonWarnings, readDaemons } from "../status/daemons_file.ts";
import { reportOf, type Sockets } from "../status/node_report.ts";
import { statusOf } from "../status/show_status.ts";
import { differenceLines } from "../steer/difference_text.ts";
import { pastChanges, pastLine } from "../steer/history.ts";
import { verify } from "../verify.ts";
import { scrubbed, secretsIn } from "./scrub.ts";

/** Changes whose difference a report shows; all have their heads. */
const shownMax = 50;
/** Characters of the log in a report at most: its end. */
const logMax = 32 * 1024 * 1024;

/** Where a report comes from. */
export interface Sources {
  readonly sockets: Sockets;
  readonly run: string;
  readonly log: Source;
  readonly wanted: Wanted;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Texts by file names, without secrets; what is missing, and why. */
export async function collect(sources: Sources): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const missing: string[] = [];
  const part = async (name: string, read: () => Promise<string>) => {
    try {
      texts.set(name, await read());
    } catch (error) {
      missing.push(`${name}: ${messageOf(error)}`);
    }
  };
  const { sockets, run, nowMs } = sources;
  const nowS = Math.floor(nowMs / 1000);
  const [report, daemons] = await Promise.all([reportOf(sockets), readDaemons(run, nowMs)]);
  let cib: XmlElement | undefined;
  if (report === undefined) {
    missing.push(`status: no node answers at ${sockets.cluster}`);
    if (daemons !== undefined) texts.set("status.txt", `${daemonWarnings(daemons).join("\n")}\n`);
  } else {
    const { text, data } = statusOf(report, nowS, daemons);
    texts.set("status.txt", text);
    texts.set("status.json", `${JSON.stringify(data, undefined, 2)}\n`);
    cib = report.cib === undefined ? undefined : readCib(report.cib);
    await part("history.txt", () => historyOf(sockets.cluster));
  }
  if (cib !== undefined) {
    texts.set("cib.xml", `${stringify(withoutSecrets(cib), { indent: "  " })}\n`);
    texts.set("verify.txt", verify(cib, nowS).lines.map((line) => `${line}\n`).join(""));
  }
  await part("log.txt", () => logOf(sources));
  texts.set("report.txt", headOf(sources, missing));
  const secrets = cib === undefined ? [] : secretsIn(cib);
  return new Map([...texts].map(([name, text]) => [name, scrubbed(text, secrets)]));
}

const headOf = ({ nowMs, wanted: { sinceMs } }: Sources, missing: readonly string[]): string =>
  [
    `Made: ${new Date(nowMs).toISOString()}`,
    ...(sinceMs === undefined ? [] : [`Log since: ${new Date(sinceMs).toISOString()}`]),
    `Version: ${project.name} ${project.version}`,
    `Deno: ${Deno.version.deno}, V8 ${Deno.version.v8}, TypeScript ${Deno.version.typescript}`,
    `Machine: ${Deno.build.target}`,
    ...missing.map((what) => `Missing: ${what}`),
    "",
  ].join("\n");

async function historyOf(socket: string): Promise<string> {
  await using client = await connect(socket);
  const heads = await pastChanges(client);
  const lines: string[] = [];
  for (const [at, head] of heads.entries()) {
    lines.push(pastLine(head));
    if (at >= shownMax) continue;
    const [whole] = await pastChanges(client, head.version.epoch);
    lines.push(...differenceLines(whole?.changes ?? []).map((line) => `        ${line}`));
  }
  return lines.map((line) => `${line}\n`).join("");
}

async function logOf({ log, wanted }: Sources): Promise<string> {
  const filter = new LogFilter(wanted);
  let text = "";
  for await (const line of linesOf(log, false)) {
    const shown = filter.take(line);
    if (shown === undefined) continue;
    text += `${shown}\n`;
    if (text.length > 2 * logMax) text = text.slice(-logMax);
  }
  return text.slice(-logMax);
}
