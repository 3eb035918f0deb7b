/**
 * `ha resource restart`: stops a resource, waits, and starts it again.
 *
 * @module
 */
import { operations } from "../../api/mod.ts";
import type { Changing } from "../../api/operation.ts";
import { pairsOf } from "../../api/document/pairs.ts";
import { Draft } from "../../api/document/draft.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withCode } from "../../../../metadata/code.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { pause } from "../../../../metadata/timer.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket } from "../../node_sockets.ts";
import { onSignal } from "../../on_signal.ts";
import { reasonLines } from "../../reason_lines.ts";
import { changeBy, changeOptions, steerGrant } from "../steer.ts";

const operation = (word: string): Changing | undefined =>
  operations.find((one): one is Changing =>
    one.effect === "change" && one.path.join(" ") === `resource ${word}`
  );

const { file: _file, wait: _wait, "dry-run": _dry, json: _json, ...options } = changeOptions;

/** The command. */
export const restart: Command = {
  path: ["resource", "restart"],
  summary: "Stop a resource where it runs, and start it again",
  positionals: "RESOURCE",
  details:
    "Waits for both. If it is interrupted, the resource is started again all the same. A resource that\n" +
    "is stopped stays stopped.",
  options,
  grant: (call, where) => steerGrant(call, where, true),
  async run(call, io, where) {
    const [id, ...more] = call.positionals;
    const [stop, start] = [operation("stop"), operation("start")];
    if (id === undefined || more.length > 0 || stop === undefined || start === undefined) {
      io.err(`${withCode("HA0002", "Name one resource. Fix: ha resource restart RESOURCE")}\n`);
      return exit.usage;
    }
    const { documentOf } = await import("../../steer/node.ts");
    let isStopped = false;
    const looked = await withNode(clusterSocket(call, where), io, async (client) => {
      const found = new Draft(await documentOf(client)).resource(id);
      const role = pairsOf(found, "meta_attributes").get("target-role") ?? "";
      isStopped = /^stopped$/i.test(role);
      return exit.ok;
    });
    if (looked !== exit.ok) return looked;
    if (isStopped) {
      io.err([
        withCode("HA0016", `"${id}" is to be stopped already. Fix: ha resource start ${id}`),
      ]);
      return exit.badData;
    }
    return await stopAndStart(id, [stop, start], call, io, where);
  },
};

/** Codes after which the stop is in the CIB, or may be: all others say that nothing was changed. */
const mayBeStopped: ReadonlySet<number> = new Set([
  exit.ok,
  exit.error,
  exit.timeout,
  exit.disconnected,
  exit.unavailable,
  exit.tryAgain,
]);

/** Milliseconds between two tries to start it again. */
const againMs = 1_000;
/** Tries to start it again while the node does not answer, as when one of its daemons restarts. */
const triesMax = 30;

/** Whatever happens between the two, the resource is started again: a signal, or nobody who reads. */
async function stopAndStart(
  id: string,
  [stop, start]: readonly [Changing, Changing],
  call: Call,
  io: Io,
  where: Where,
): Promise<number> {
  const waiting: Call = { ...call, options: { ...call.options, wait: true } };
  const shown = heedless(io);
  using _ = onSignal(() => shown.err(["Interrupted: the resource is started again."]));
  const made = (what: Changing, word: string) =>
    changeBy((cib, about) => what.change(cib, { resources: [id] }, about), waiting, shown, where, {
      command: `ha resource restart ${id} (${word})`,
    });
  let stopped: number = exit.error;
  try {
    stopped = await made(stop, "stop");
  } catch (error) {
    shown.err(reasonLines(messageOf(error)));
  }
  if (!mayBeStopped.has(stopped)) return stopped;
  let started = await made(start, "start");
  for (let tries = 1; isOut(started) && tries < triesMax; tries++) {
    await pause(againMs);
    started = await made(start, "start");
  }
  if (isOut(started)) {
    const what = `"${id}" may be left stopped`;
    shown.err([withCode("HA0018", `${what}. Fix: ha resource start ${id}, when the node answers`)]);
  }
  return stopped === exit.ok ? started : stopped;
}

/** Nothing was changed, and that may be otherwise soon. */
const isOut = (code: number): boolean =>
  code === exit.disconnected || code === exit.unavailable || code === exit.tryAgain;

/** One that goes on where nothing can be written any more: nobody reads, or the disk is full. */
function heedless(io: Io): Io {
  const tried = (write: Io["out"]): Io["out"] => (text) => {
    try {
      write(text);
    } catch {
      // What is under way matters more.
    }
  };
  return { ...io, out: tried(io.out), err: tried(io.err) };
}
