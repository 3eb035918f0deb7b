/**
 * Opens a token: starts the process that listens for it, with exactly what it needs.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import type { Where } from "../../command.ts";
import { cleanly, systemPath } from "../../../site/clean_environment.ts";
import { type Grant, runWords } from "../../../site/flags.ts";
import { netOf } from "../given.ts";
import { makeCertificate } from "./certificate.ts";
import { bounds } from "./contract.ts";
import { orderText } from "./order.ts";
import { recordFile } from "./record.ts";
import { secretBytes, type Token, tokenText } from "./token.ts";

/** Where it listens, and the files of the node. */
export interface Opening {
  readonly address: string;
  readonly port: number;
  readonly config: string;
  readonly authkeys: string;
  readonly run: string;
}

/** What the process may touch: its one port, the node's sockets, what it hands out, its record. */
function joinGrant({ address, port, config, authkeys, run }: Opening): Grant {
  const sockets = [`${run}/cluster.sock`, `${run}/heartbeat.sock`];
  const record = [recordFile(run), `${recordFile(run)}.new`];
  return {
    net: [netOf({ address, port }), ...sockets.map((path) => `unix:${path}`)],
    read: [config, authkeys, ...sockets, ...record],
    write: [...sockets, ...record],
  };
}

/** Opens it. @returns the token's text, or why there is none. */
export async function openToken(
  opening: Opening,
  { project, deno }: Where,
): Promise<{ readonly token: string; readonly endsAtMs: number } | { readonly why: string }> {
  const nowMs = Date.now();
  const endsAtMs = nowMs + bounds.tokenMs;
  const certificate = makeCertificate(nowMs, bounds.tokenMs + bounds.callMs);
  const secret = crypto.getRandomValues(new Uint8Array(secretBytes));
  const { address, port, config } = opening;
  const child = new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `${systemPath}; exec ${cleanly} "$@"`,
      "sh",
      deno,
      ...runWords({
        project,
        module: "daemons/mgmtd/cluster/join/main.ts",
        grant: joinGrant(opening),
      }),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    // It goes on when this command and its terminal have ended.
    detached: true,
  }).spawn();
  child.unref();
  const writer = child.stdin.getWriter();
  const order = orderText({ address, port, endsAtMs, certificate, secret, config });
  await writer.write(new TextEncoder().encode(order));
  await writer.close();
  const answer = await firstLine(child.stdout);
  if (answer === "listening") {
    const { fingerprint } = certificate;
    const token: Token = {
      address,
      port,
      endsS: Math.floor(endsAtMs / 1_000),
      fingerprint,
      secret,
    };
    return { token: tokenText(token), endsAtMs };
  }
  const why = answer.replace(/^failed /, "") || "it ended at once";
  return {
    why: withCode(
      "HA0042",
      `No token was opened at ${netOf({ address, port })}: ${why}. Fix: ${fix}`,
    ),
  };
}

const fix = "start the node, and name an --address of this machine and a --port that is free";

async function firstLine(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  try {
    for await (const part of stdout.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.includes("\n")) break;
    }
  } catch (error) {
    return messageOf(error);
  }
  return text.split("\n")[0] ?? "";
}
