/**
 * The table of daily tasks in the README of mgmtd: each task with the commands of ours that do it.
 *
 * @module
 */

/** A row. */
export interface Task {
  readonly name: string;
  /** Words of each command, without `ha`. */
  readonly commands: readonly (readonly string[])[];
}

/** Reads the table. @throws {Error} if a row does not say how we do it */
export function tasksIn(readme: string): readonly Task[] {
  const [, table = ""] = /^\| task +\| pcs .*\n\|[ -|]*\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  return table.trim().split("\n").map((row) => {
    const [, name = "", , , ours = ""] = row.split("|").map((cell) => cell.trim());
    const commands = [...ours.matchAll(/`ha ([^`]+)`/g)].map(([, line = ""]) => wordsOf(line));
    if (commands.length === 0) throw new Error(`The table does not say how to do "${name}"`);
    return { name, commands };
  });
}

/** Words as a shell splits them; only double quotes are used. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
