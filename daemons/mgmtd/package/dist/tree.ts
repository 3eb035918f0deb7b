/**
 * Which file of the package lies where on a machine.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { filesOf } from "../files.ts";
import type { TarFile } from "../tar.ts";
import { narrow } from "./packages.ts";
import { haProgram, installedUnit, places } from "./scripts.ts";

/** From what the package is made. */
export interface Sources {
  readonly project: URL;
  /** Where Deno keeps packages. */
  readonly packages: string;
  /** Path of the Deno that is packed. */
  readonly deno: string;
  /** Completion scripts by shell. */
  readonly completion: Readonly<Record<"bash" | "zsh" | "fish", string>>;
}

const limits = { entriesMax: 8_000, bytesMax: 128 * 1024 * 1024 };

/** Everything, with paths without a slash at their begin. @throws {Error} if something is missing. */
export async function installedFiles(
  { project, packages, deno, completion }: Sources,
): Promise<{ readonly files: readonly TarFile[]; readonly version: string }> {
  const sources = await filesOf(project, belongs, limits);
  const textOf = (path: string) =>
    new TextDecoder().decode(sources.find((file) => file.path === path)?.bytes);
  const narrowed = narrow(textOf("deno.json"), textOf("deno.lock"));
  const replaced: Readonly<Record<string, string>> = {
    "deno.json": narrowed.config,
    "deno.lock": narrowed.lock,
  };
  const encoder = new TextEncoder();
  const text = (path: string, content: string, mode = 0o644): TarFile => ({
    path: path.replace(/^\//, ""),
    mode,
    bytes: encoder.encode(content),
  });
  const files = [
    ...sources.map(({ path, executable, bytes }) =>
      path in replaced
        ? text(`${places.project}/${path}`, replaced[path] ?? "")
        : at(`${places.project}/${path}`, bytes, executable)
    ),
    at(places.deno, await Deno.readFile(deno), true),
    ...(await Promise.all(narrowed.packages.map((id) => packageFiles(packages, id)))).flat(),
    text("/usr/bin/ha", haProgram, 0o755),
    text(
      "/usr/lib/systemd/system/ha.service",
      installedUnit(textOf("daemons/recoverymgrd/ha.service")),
    ),
    text("/usr/share/bash-completion/completions/ha", completion.bash),
    text("/usr/share/zsh/vendor-completions/_ha", completion.zsh),
    text("/usr/share/fish/vendor_completions.d/ha.fish", completion.fish),
    text("/usr/share/doc/ha/copyright", textOf("LICENSE")),
  ];
  return { files, version: narrowed.version };
}

const at = (path: string, bytes: Uint8Array<ArrayBuffer>, executable: boolean): TarFile => ({
  path: path.replace(/^\//, ""),
  mode: executable ? 0o755 : 0o644,
  bytes,
});

/** The project without its tests. Templates hold tests that a new plugin starts with. */
function belongs(name: string, path: string): boolean {
  const [floor = ""] = path.split("/");
  if (path === floor) {
    return ["LICENSE", "README.md", "deno.json", "deno.lock", "mod.ts"].includes(name) ||
      ["metadata", "pils", "plugins", "daemons"].includes(name);
  }
  if (name.startsWith(".")) return false;
  return /\/templates\//.test(path) || !/_test\.ts$|^testdata$/.test(name);
}

/** A package as Deno keeps it: below a folder that is named after where it came from. */
async function packageFiles(packages: string, id: string): Promise<readonly TarFile[]> {
  const [name, version] = [id.slice(0, id.lastIndexOf("@")), id.slice(id.lastIndexOf("@") + 1)];
  for await (const { name: origin, isDirectory } of Deno.readDir(packages)) {
    if (!isDirectory) continue;
    const below = `${origin}/${name}/${version}`;
    try {
      await Deno.lstat(`${packages}/${below}`);
    } catch {
      continue;
    }
    const files = await filesOf(
      new URL(`file://${encodeURI(`${packages}/${below}/`)}`),
      () => true,
      limits,
    );
    return files.map(({ path, bytes, executable }) =>
      at(`${places.packages}/${below}/${path}`, bytes, executable)
    );
  }
  throw new Error(
    withCode(
      "HA2007",
      `Deno does not keep ${id}. Fix: run deno install in the project, then try again`,
    ),
  );
}
