/**
 * `ha configure history` and `ha configure undo`.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Call, Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, runOption, usersGrant } from "../../node_sockets.ts";
import { changeBy, changeOptions, steerGrant } from "../steer.ts";

/** The number that is given; null: it is none. */
function numberOf({ positionals }: Call): number | undefined | null {
  const [text, ...more] = positionals;
  if (text === undefined) return undefined;
  return more.length === 0 && /^\d{1,10}$/.test(text) ? Number(text) : null;
}

const wrong = (word: string): string =>
  `${withCode("HA0002", `Give the number of one change. Fix: ha configure ${word} NUMBER`)}\n`;

/** `ha configure history` */
export const configureHistory: Command = {
  path: ["configure", "history"],
  summary: "List the changes of the configuration, or show one",
  positionals: "[NUMBER]",
  details:
    "Each node keeps the last 1,000 changes. NUMBER is the epoch of the CIB that the change made, the\n" +
    "same on every node. Who and why are what the command that made it has noted.",
  options: { json: { type: "boolean", summary: "Print one JSON object" }, run: runOption },
  grant: (call, where) => usersGrant(call, where),
  async run(call, io, where) {
    const number = numberOf(call);
    if (number === null) {
      io.err(wrong("history"));
      return exit.usage;
    }
    const { pastChanges, pastLine } = await import("../../steer/history.ts");
    const { differenceLines, withHidden } = await import("../../steer/difference_text.ts");
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const found = await pastChanges(client, number);
      if (number !== undefined && found.length === 0) {
        io.err([
          withCode("HA0006", `This node knows no change ${number}. Fix: see ha configure history`),
        ]);
        return exit.noSuch;
      }
      if (call.options.json === true) {
        const shown = found.map(({ changes, inverse, ...head }) => ({
          ...head,
          ...(changes === undefined ? {} : { changes: changes.map(withHidden) }),
          ...(inverse === undefined ? {} : { inverse: inverse.map(withHidden) }),
        }));
        io.out(`${JSON.stringify(shown, undefined, 2)}\n`);
      } else {for (const one of found) {
          io.out([pastLine(one), ...differenceLines(one.changes ?? [])]);
        }}
      return exit.ok;
    });
  },
};

const { file: _, ...undoOptions } = changeOptions;

/** `ha configure undo` */
export const configureUndo: Command = {
  path: ["configure", "undo"],
  summary: "Take back the last change of the configuration, or one by its number",
  positionals: "[NUMBER]",
  details: "What was changed again since is not taken back: the command says so and does nothing.",
  options: undoOptions,
  grant: (call, where) => steerGrant(call, where, true),
  async run(call, io, where) {
    const number = numberOf(call);
    if (number === null) {
      io.err(wrong("undo"));
      return exit.usage;
    }
    const { pastChanges, undone } = await import("../../steer/history.ts");
    let past: Awaited<ReturnType<typeof pastChanges>>[number] | undefined;
    const code = await withNode(clusterSocket(call, where), io, async (client) => {
      const [last] = number === undefined ? await pastChanges(client) : [];
      const epoch = number ?? last?.version.epoch;
      [past] = epoch === undefined ? [] : await pastChanges(client, epoch);
      return exit.ok;
    });
    if (code !== exit.ok) return code;
    const found = past;
    if (found === undefined) {
      const which = number === undefined ? "no change" : `no change ${number}`;
      io.err([withCode("HA0006", `This node knows ${which}. Fix: see ha configure history`)]);
      return exit.noSuch;
    }
    const command = `ha configure undo ${found.version.epoch}`;
    return await changeBy((cib) => undone(cib, found), call, io, where, { command });
  },
};
