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
import { flagsOf } from "../site/flags.ts";
import type { Where } from "./command.ts";
import { commandsFor } from "./commands/mod.ts";
import { consult } from "./consult.ts";
import { exit } from "./exit.ts";
import { help, parseCall } from "./parse_call.ts";
import { reportUncaught, terminal } from "./terminal.ts";

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
    let flags;
    try {
      const { command, call } = parsed;
      const consulted = await consult(command.consults?.(call, where) ?? [], where);
      flags = flagsOf(command.grant(call, where, consulted));
    } catch (error) {
      terminal.err(`${messageOf(error)}\n`);
      Deno.exit(exit.usage);
    }
    const child = new Deno.Command(where.deno, {
      args: [
        "run",
        "--no-prompt",
        "--cached-only",
        "--quiet",
        `--config=${where.project}/deno.json`,
        ...flags,
        decodeURIComponent(new URL("./run_command.ts", import.meta.url).pathname),
        JSON.stringify(where),
        ...words,
      ],
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
    // The terminal sends these to both: the child decides, this waits for it.
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => {
        try {
          if (signal === "SIGTERM") child.kill(signal);
        } catch {
          // Gone already.
        }
      });
    }
    const { code } = await child.status;
    Deno.exit(code);
  }
}
