/**
 * The files of heartbeat that an import reads, and the numbers that this machine has for names in them.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { bytesMax, readBounded, textOf } from "../../site/bounded_file.ts";

/** The text of a file and its mode, or why there is none. */
export async function readFile(
  path: string,
  most: number = bytesMax.configuration,
): Promise<{ readonly text: string; readonly mode: number } | string> {
  try {
    const { bytes, mode } = await readBounded(path, most);
    return { text: textOf(bytes, "keep"), mode };
  } catch (error) {
    return messageOf(error);
  }
}

/** Numbers by name. */
export type Numbers = ReadonlyMap<string, number>;

const [usersFile, groupsFile] = ["/etc/passwd", "/etc/group"];
/** Where they are. */
export const numberFiles: readonly string[] = [usersFile, groupsFile];

/** The users and groups of this machine; none that cannot be read. */
export async function numbersHere(): Promise<
  { readonly users: Numbers; readonly groups: Numbers }
> {
  const [users, groups] = await Promise.all([numbersIn(usersFile), numbersIn(groupsFile)]);
  return { users, groups };
}

async function numbersIn(path: string): Promise<Numbers> {
  const read = await readFile(path, bytesMax.users);
  if (typeof read === "string") return new Map();
  return new Map(
    read.text.split("\n").map((line) => line.split(":")).filter(([, , number]) =>
      /^\d+$/.test(number ?? "")
    ).map(([name = "", , number]) => [name, Number(number)]),
  );
}
