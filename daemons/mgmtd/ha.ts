/**
 * `ha`: the one command for people and programs.
 *
 * This program only reads its arguments: it may start Deno and nothing else. The command itself
 * runs in a child that may touch exactly what the command says it needs for these arguments.
 *
 * @module
 */
import { clip } from "../../metadata/clip.ts";
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { clearTimer, setTimer } from "../../metadata/timer.ts";
import { runWords } from "../site/flags.ts";
import type { Where } from "./command.ts";
import { commandsFor, moduleOf } from "./commands/mod.ts";
import { consult } from "./consult.ts";
import { exit } from "./exit.ts";
import { beyondLimit, type Limits, limitsOf, withoutHeapReport } from "./limits.ts";
import { help, parseCall } from "./parse_call.ts";
import { reportUncaught, terminal } from "./terminal.ts";
import { writeAll } from "./write_all.ts";

reportUncaught(exit.error);
const words = Deno.args[0] === "--help" || Deno.args[0] === "-h" ? [] : Deno.args;
// A name with a line break or an escape sequence would write its own lines into every message about it.
const odd = words.find((word) => /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(word));
if (odd !== undefined) {
  const what = `The argument "${clip(odd)}" has a control character`;
  terminal.err([withCode("HA0002", `${what}. Fix: write it without, or rename the file`)]);
  Deno.exit(exit.usage);
}
const parsed = parseCall(await commandsFor(words), words);
switch (parsed.type) {
  case "help":
    terminal.out(`ha: a cluster of plugins\n\n${help(parsed.commands)}`.trimEnd() + "\n");
    Deno.exit(exit.ok);
    break;
  case "wrong":
    terminal.err(`${parsed.text}\n`);
    Deno.exit(exit.usage);
    break;
  case "call": {
    const project = decodeURIComponent(new URL("../..", import.meta.url).pathname);
    const where: Where = {
      project: project.replace(/\/$/, ""),
      // The task changes into the project, and tells where the person was.
      here: Deno.env.get("INIT_CWD") ?? Deno.cwd(),
      deno: Deno.execPath(),
    };
    const { command, call } = parsed;
    const limits = limitsOf(command, call);
    if (typeof limits === "string") {
      terminal.err([limits]);
      Deno.exit(exit.usage);
    }
    let program;
    try {
      const consulted = await consult(command.consults?.(call, where) ?? [], where);
      program = runWords({
        project: where.project,
        module: moduleOf(command),
        grant: command.grant(call, where, consulted),
        v8: limits === undefined ? [] : [`--max-old-space-size=${limits.heapMib}`],
      });
    } catch (error) {
      terminal.err(`${messageOf(error)}\n`);
      Deno.exit(exit.usage);
    }
    // Before there is a child: a signal between the two would end this one and leave the other. A
    // terminal sends them to both, kill(1) to this one alone.
    let child: Deno.ChildProcess | undefined = undefined as Deno.ChildProcess | undefined;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => signalled(child, signal));
    }
    child = new Deno.Command(where.deno, {
      args: [
        ...program,
        JSON.stringify(where),
        ...words,
      ],
      stdin: "inherit",
      stdout: "inherit",
      stderr: limits === undefined ? "inherit" : "piped",
    }).spawn();
    if (limits === undefined) Deno.exit((await child.status).code);
    Deno.exit(await within(limits, child));
  }
}

function signalled(child: Deno.ChildProcess | undefined, signal: Deno.Signal): void {
  try {
    child?.kill(signal);
  } catch {
    // Gone already.
  }
}

/** Waits for a command, and ends it at its limits; gives the exit code. */
async function within(limits: Limits, child: Deno.ChildProcess): Promise<number> {
  let late = false;
  const end = () => {
    late = true;
    // It is stopped as it computes, and so would not hear a signal that it handles.
    signalled(child, "SIGKILL");
  };
  const timer = limits.seconds === undefined ? undefined : setTimer(end, limits.seconds * 1_000);
  const write = (text: string) => writeAll(Deno.stderr, text);
  const [{ code, signal }, report] = await Promise.all([
    child.status,
    withoutHeapReport(child.stderr, write),
  ]);
  if (timer !== undefined) clearTimer(timer);
  // A full heap ends its process by a signal of its own; else it was text of the command.
  const full = report !== "" && (signal === "SIGTRAP" || signal === "SIGABRT");
  if (!full && !late) {
    write(report);
    return code;
  }
  terminal.err([beyondLimit(late ? "time-limit" : "memory-limit", limits)]);
  return exit.timeout;
}
