/**
 * A package from a registry of npm, through npm itself: its own settings say which registry that is,
 * and npm compares the bytes with what the registry says of them.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { quietly } from "../../../metadata/within.ts";

/** Milliseconds that npm may take. */
const fetchMs = 120_000;
/** Characters of what npm says that are shown. */
const saidCharactersMax = 2_000;

/**
 * Has npm put the package into a folder; no script of it is run.
 * @param into a folder that is empty
 * @returns the path of the file
 * @throws {Error} with what npm says
 */
export async function fetchPackage(
  { name, version }: { readonly name: string; readonly version: string },
  into: string,
): Promise<string> {
  const spec = `${name}@${version}`;
  let output;
  try {
    output = await new Deno.Command("npm", {
      args: ["pack", spec, `--pack-destination=${into}`, "--ignore-scripts", "--loglevel=error"],
      cwd: into,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(fetchMs),
    }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable)) {
      throw error;
    }
    throw new Error(
      withCode(
        "HA2010",
        `npm is not on this machine. Fix: on another one run npm pack ${spec}, copy the file here, ` +
          "and name it instead",
      ),
    );
  }
  if (!output.success) {
    const said = new TextDecoder().decode(output.stderr).trim().slice(-saidCharactersMax)
      .replaceAll(/[^\x20-\x7e\n]/g, "?");
    throw new Error(`npm does not get ${spec}:\n${said}`);
  }
  for await (const { name, isFile } of Deno.readDir(into)) {
    if (isFile && name.endsWith(".tgz")) return `${into}/${name}`;
  }
  throw new Error(`npm says that it got ${spec}, but ${into} holds no package`);
}

/** Makes an empty folder for one fetch, and removes it afterwards. */
export async function inFolder<T>(folder: string, use: () => Promise<T>): Promise<T> {
  await quietly(Deno.remove(folder, { recursive: true }));
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return await use();
  } finally {
    await quietly(Deno.remove(folder, { recursive: true }));
  }
}
