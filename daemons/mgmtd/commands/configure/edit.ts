/**
 * `ha configure edit`: the configuration in an editor, and applied when it is closed.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../../../metadata/code.ts";
import type { Call, Command, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket } from "../../node_sockets.ts";
import { onSignal } from "../../on_signal.ts";
import { changeBy, changeOptions, cibIn, steerGrant } from "../steer.ts";
import { withConfigurationOf } from "./documents.ts";

/** The editor if none is named: Debian's link to the one that the administrator chose. */
const usual = "/usr/bin/editor";

const editorOf = ({ options }: Call): string =>
  typeof options.editor === "string" ? options.editor : usual;

/** The file that is edited, in the person's folder: nothing else may be written. */
const fileIn = ({ here }: Where): string => `${here}/ha-edit.xml`;

const { file: _, ...options } = changeOptions;

/** The command. */
export const configureEdit: Command = {
  path: ["configure", "edit"],
  summary: "Edit the configuration as XML, and apply it",
  details: `The file is ha-edit.xml in the current folder. If it cannot be applied, the mistakes are
printed, and it stays for the next ha configure edit, or for ha configure apply.`,
  options: {
    ...options,
    editor: {
      type: "string",
      value: "PROGRAM",
      summary: `Editor, with its path; ${usual} if left out`,
    },
  },
  grant(call, where) {
    const base = steerGrant(call, where, true);
    const path = fileIn(where);
    return {
      ...base,
      read: [...base.read, path],
      write: [...base.write, path],
      run: [editorOf(call)],
      env: [...base.env ?? [], ...variables],
    };
  },
  async run(call, io, where) {
    const path = fileIn(where);
    const { stringify } = await import("@std/xml");
    const { documentOf } = await import("../../steer/node.ts");
    let text = "";
    const code = await withNode(clusterSocket(call, where), io, async (client) => {
      text = `${stringify(await documentOf(client), { indent: "  " })}\n`;
      return exit.ok;
    });
    if (code !== exit.ok) return code;
    const isNew = await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 })
      .then(() => true, (error) => {
        if (error instanceof Deno.errors.AlreadyExists) return false;
        throw error;
      });
    if (!isNew) io.err([`Going on with ${path}, which an earlier edit has left.`]);
    const { success } = await edited(editorOf(call), path);
    if (!success) {
      io.err([
        withCode("HA0002", `The editor failed; ${path} stays. Fix: name another with --editor`),
      ]);
      return exit.error;
    }
    if (isNew && await Deno.readTextFile(path) === text) {
      io.out("Nothing changes: the file was not edited.\n");
      await Deno.remove(path);
      return exit.ok;
    }
    const wanted = await cibIn(path, io);
    const done = typeof wanted === "number" ? wanted : await applied(wanted, call, io, where);
    if (done === exit.ok) await Deno.remove(path);
    else io.err([`The file stays: ${path}. ha configure edit opens it again.`]);
    return done;
  },
};

/**
 * Runs the editor. It has the terminal: Ctrl-C is its own, and what is to end this command ends the editor,
 * which then does as it does with a file that is not saved.
 */
async function edited(program: string, path: string): Promise<Deno.CommandStatus> {
  let editor: Deno.ChildProcess | undefined = undefined as Deno.ChildProcess | undefined;
  using _ = onSignal((signal) => {
    try {
      if (signal !== "SIGINT") editor?.kill(signal);
    } catch {
      // It has ended.
    }
  });
  editor = new Deno.Command(program, {
    args: [path],
    clearEnv: true,
    env: environment(),
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return await editor.status;
}

/** What an editor needs to know of the terminal and of its user. */
const variables = ["TERM", "HOME", "LANG", "LC_ALL", "PATH"];

const environment = (): Record<string, string> =>
  Object.fromEntries(variables.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));

const applied = (wanted: XmlElement, ...[call, io, where]: Parameters<Command["run"]>) =>
  changeBy(
    (cib) => ({
      cib: withConfigurationOf(cib, wanted),
      done: ["The configuration is as edited"],
      named: [],
    }),
    call,
    io,
    where,
    { command: "ha configure edit" },
  );
