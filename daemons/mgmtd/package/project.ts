/**
 * A package of the project: what authors of plugins install, and what may be unpacked on a node.
 *
 *     deno task pack [FOLDER]
 *
 * It holds the sources as they are, since Deno runs them, plugins import them by their paths, and
 * the locks of nodes pin their bytes. `deno pack` would make JavaScript of them. The same sources give
 * the same bytes.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { filePath } from "../../../pils/found.ts";
import { exit } from "../exit.ts";
import { pack } from "./archive.ts";
import { filesOf } from "./files.ts";
import { terminal } from "../terminal.ts";
import { projectPackage } from "./project_package.ts";
import { fileUrl } from "../../site/file_url.ts";

const project = new URL("../../../", import.meta.url);

try {
  const { files, name } = projectPackage(
    await filesOf(project, belongs, { entriesMax: 5_000, bytesMax: 64 * 1024 * 1024 }),
  );
  const target = fileUrl(`${Deno.args[0] ?? "."}/`, Deno.cwd());
  const bytes = pack(files);
  const file = `${filePath(target)}/${name}`;
  await Deno.writeFile(file, bytes, { mode: 0o644 });
  terminal.out([`${file}: ${files.length} files, ${bytes.length} bytes`]);
} catch (error) {
  terminal.err([messageOf(error)]);
  Deno.exit(exit.error);
}

/** What a user of the project needs: not its tests, but those of plugins, which new ones start from. */
function belongs(name: string, path: string): boolean {
  const [floor = ""] = path.split("/");
  if (path === floor) {
    return ["LICENSE", "README.md", "deno.json", "deno.lock", "mod.ts"].includes(name) ||
      ["metadata", "pils", "plugins", "daemons"].includes(name);
  }
  if (name.startsWith(".")) return false;
  return floor === "plugins" || !/_test\.ts$|^testdata$/.test(name);
}
