/**
 * Carries out an operation that changes a configuration: works it out, says what the cluster will do,
 * asks where something else would stop, writes it, and waits if that is wanted.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { codeIn, withCode } from "../../../metadata/code.ts";
import type { Client } from "../../runtime/client.ts";
import { differenceOf } from "../../cib/doors/document.ts";
import { Draft } from "../api/document/draft.ts";
import { all } from "../api/document/element.ts";
import type { About, Change, Problem } from "../api/operation.ts";
import { agentsTouched, parametersText, wrongParameters } from "../../cib/doors/parameters.ts";
import { describedBy } from "./agents.ts";
import { dropEnded } from "../api/resources/move.ts";
import type { Io } from "../command.ts";
import { exit } from "../exit.ts";
import { reasonLines } from "../reason_lines.ts";
import { clusterState, workingSet } from "../status/cluster_state.ts";
import type { Author } from "../../cib/doors/author.ts";
import { documentOf } from "./node.ts";
import { type Preview, previewOf } from "./preview.ts";
import { failureLines, settled, stateLines } from "./wait.ts";
import { write } from "./write.ts";

/** Works a change out on a document. Pure. */
export type Plan = (
  cib: XmlElement,
  about: About,
) => Change | { readonly problems: readonly Problem[] };

/** How it is to be done. */
export interface How {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly author: Author;
  /** Milliseconds to wait until the cluster has done it; undefined: do not wait. */
  readonly waitMs: number | undefined;
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What an operation knows beside the CIB, at a time. */
export const aboutAt = (nowMs: number): About => {
  const nowS = Math.floor(nowMs / 1000);
  return { nowS, state: (cib) => clusterState(workingSet(cib, nowS)) };
};

/** Says what is wrong; gives the exit code. */
export function refuse(problems: readonly Problem[], io: Io): number {
  io.err(problems.flatMap(({ text }) => reasonLines(text)));
  return exit[problems[0]?.exit ?? "error"];
}

/** A change that was worked out on a document, with what follows from it. */
interface Ready {
  readonly before: XmlElement;
  readonly change: Change;
  readonly preview: Preview;
  readonly changes: number;
}

function ready(before: XmlElement, plan: Plan, nowMs: number): Ready | readonly Problem[] {
  const about = aboutAt(nowMs);
  const worked = plan(before, about);
  if ("problems" in worked) return worked.problems;
  return {
    before,
    change: worked,
    preview: previewOf(before, worked.cib, about.nowS),
    changes: differenceOf(before, worked.cib).length,
  };
}

/** Resources that would stop and that nobody named. Who names a group or a clone names its members. */
function unnamed({ before, change: { named }, preview: { stopped } }: Ready): readonly string[] {
  if (named === undefined) return [];
  const draft = new Draft(before);
  const below = named.flatMap((id) => {
    const found = draft.resource(id);
    return found === undefined
      ? []
      : [...all(found)].flatMap(({ attributes }) => attributes.id ?? []);
  });
  const wanted = new Set([...named, ...below]);
  return stopped.filter((id) => !wanted.has(id.replace(/:\d+$/, "")));
}

const previewLines = ({ preview: { lines, anyway, warnings } }: Ready): readonly string[] => [
  ...warnings.map((line) => `WARNING: ${line}`),
  ...(lines.length > 0
    ? ["The cluster will:", ...lines]
    : anyway.length === 0
    ? ["The cluster has nothing to do for it."]
    : ["The cluster has nothing more to do for it. With or without it, it will:", ...anyway]),
];

/** On a file: the whole document is given to `save`. @returns the exit code. */
export async function changeFile(
  cib: XmlElement,
  plan: Plan,
  how: How,
  io: Io,
  save: (cib: XmlElement) => Promise<void>,
): Promise<number> {
  const made = ready(cib, plan, how.now());
  if (!("preview" in made)) return refuse(made, io);
  const stop = stopsAt(made, how, io);
  if (stop !== undefined) return stop;
  await save(made.change.cib);
  say(made, how, io, {});
  return exit.ok;
}

/** What ends it before anything is written; undefined: go on. */
function stopsAt(made: Ready, how: How, io: Io): number | undefined {
  const { refused } = made.preview;
  if (refused.length > 0) {
    io.err([
      withCode("HA3002", "Nothing was changed: this is not the configuration language"),
      ...refused,
    ]);
    return exit.config;
  }
  if (how.dryRun || made.changes === 0) {
    say(made, how, io, { written: false });
    return exit.ok;
  }
  const others = unnamed(made);
  if (others.length === 0 || how.yes) return undefined;
  io.err(previewLines(made));
  const question = `${others.join(", ")} would stop too. Go on? [y/N] `;
  if (/^y(es)?$/i.test(io.ask(question) ?? "")) return undefined;
  io.err([
    withCode(
      "HA0017",
      `Nothing was changed: ${
        others.join(", ")
      } would stop too. Fix: repeat it with --yes to agree`,
    ),
  ]);
  return exit.unsafe;
}

/** On the running cluster. @returns the exit code. */
export async function changeCluster(
  client: Client,
  plan: Plan,
  how: How,
  io: Io,
): Promise<number> {
  const made = ready(await documentOf(client), plan, how.now());
  if (!("preview" in made)) return refuse(made, io);
  if (how.dryRun) {
    // A write is checked by the cib; what is only shown, here, by the same rules.
    const agents = agentsTouched(made.before, made.change.cib);
    const known = await describedBy(client, agents);
    const wrong = wrongParameters(made.before, made.change.cib, known);
    if (wrong.length > 0) {
      io.err(reasonLines(withCode("HA3013", `Nothing would be changed: ${parametersText(wrong)}`)));
      return exit.config;
    }
  }
  const stop = stopsAt(made, how, io);
  if (stop !== undefined) return stop;
  let last: Ready = made;
  let problems: readonly Problem[] = [];
  const written = await write(
    client,
    (before) => {
      const again = ready(before, plan, how.now());
      if (!("preview" in again)) {
        problems = again;
        return undefined;
      }
      last = again;
      const draft = new Draft(again.change.cib);
      dropEnded(draft, Math.floor(how.now() / 1000));
      return draft.root;
    },
    how.author,
    how,
  );
  if (problems.length > 0) return refuse(problems, io);
  if (written.type !== "done") {
    const isUnknown = written.type === "unknown";
    const text = isUnknown
      ? withCode(
        "HA0018",
        `It is not known whether the change was made: ${written.why}. It was made once or not at ` +
          "all. Fix: see ha configure show when ha status shows a quorum",
      )
      : `Nothing was changed: ${written.why}`;
    io.err(reasonLines(text));
    return isUnknown ? exit.tryAgain : exitOf(written.why);
  }
  if (how.waitMs === undefined) {
    say(last, how, io, { warnings: written.warnings });
    return exit.ok;
  }
  say(last, { ...how, json: false }, how.json ? silent(io) : io, { warnings: written.warnings });
  return await waited(client, last, how, io);
}

const silent = (io: Io): Io => ({ ...io, out: () => {} });

/** Exit codes of refusals that are not about the configuration, by the code of the message. */
const exits: Readonly<Record<string, number>> = {
  HA3010: exit.tryAgain,
  HA3011: exit.tryAgain,
  HA3022: exit.permission,
  HA6001: exit.noQuorum,
};

const exitOf = (why: string): number => exits[codeIn(why) ?? ""] ?? exit.config;

async function waited(client: Client, made: Ready, how: How, io: Io): Promise<number> {
  const withinMs = how.waitMs ?? 0;
  const ended = await settled(client, made.before, { withinMs, now: how.now });
  const named = made.change.named ?? [];
  const lines = [
    ...stateLines(ended.state, named),
    ...ended.settled ? await withoutTemporary(client, made, how) : [],
  ];
  if (how.json) {
    const { done, preview } = describe(made);
    const { settled: isDone, failed } = ended;
    io.out(
      `${
        JSON.stringify({ done, ...preview, settled: isDone, failed, states: lines }, undefined, 2)
      }\n`,
    );
  } else {
    io.out(lines);
    io.err(failureLines(ended.failed));
  }
  if (!ended.settled) {
    io.err([
      withCode(
        "HA0019",
        `The cluster still has something to do after ${
          withinMs / 1000
        } s. Fix: see ha why RESOURCE, ` +
          "or wait longer with --wait=SECONDS",
      ),
    ]);
    return exit.timeout;
  }
  return ended.failed.length > 0 ? exit.error : exit.ok;
}

/** Removes what has served. @returns what to say of it. */
async function withoutTemporary(client: Client, made: Ready, how: How): Promise<readonly string[]> {
  const { temporary = [] } = made.change;
  const without = (cib: XmlElement): XmlElement | undefined => {
    const draft = new Draft(cib);
    for (const id of temporary) {
      const found = draft.byId(id);
      if (found !== undefined) draft.replace(found);
    }
    const { lines } = previewOf(cib, draft.root, Math.floor(how.now() / 1000));
    return lines.length > 0 ? undefined : draft.root;
  };
  if (temporary.length === 0) return [];
  const command = `${how.author.command} (done)`;
  const author = { ...how.author, command };
  const written = await write(client, without, author, {
    ...how,
    token: crypto.randomUUID().slice(0, 8),
  });
  return written.type === "done" ? [] : [
    `The constraint ${
      temporary.join(", ")
    } stays until it ends: without it the cluster would undo this. ` +
    "ha resource clear removes it",
  ];
}

const describe = (
  { change: { done }, preview: { lines, anyway, stopped, fenced, warnings } }: Ready,
) => ({
  done,
  preview: { actions: lines.map(plain), anyway: anyway.map(plain), stopped, fenced, warnings },
});

const plain = (line: string): string => line.replace(/^\s*\*\s*/, "");

function say(
  made: Ready,
  { dryRun, json }: How,
  io: Io,
  { written = true, warnings = [] }: {
    readonly written?: boolean;
    readonly warnings?: readonly string[];
  },
): void {
  if (json) {
    const { done, preview } = describe(made);
    const changed = written && made.changes > 0;
    io.out(`${JSON.stringify({ changed, done, ...preview }, undefined, 2)}\n`);
    return;
  }
  if (made.changes === 0) {
    io.out("Nothing changes: the configuration is like this already.\n");
    return;
  }
  io.out(dryRun ? made.change.done.map((line) => `Would be done: ${line}`) : made.change.done);
  io.out(previewLines(made));
  // Warnings of the cluster about parameters, which the language alone does not know.
  io.err(
    warnings.filter((line) => !made.preview.warnings.includes(line)).map((line) =>
      `WARNING: ${line}`
    ),
  );
}
