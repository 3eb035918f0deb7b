/**
 * Makes what is installed on a machine: a package of Debian, and the same files as an archive for other
 * systems. Both hold the project without its tests, its packages of npm, the running Deno, the unit of
 * systemd, `ha` and its completion. No network is needed, and the same sources give the same bytes.
 *
 *     deno task dist [FOLDER]
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { messageOf } from "../../../../metadata/message_of.ts";
import { filePath } from "../../../../pils/found.ts";
import { commandsFor } from "../../commands/mod.ts";
import { scriptFor } from "../../completion.ts";
import { exit } from "../../exit.ts";
import { terminal } from "../../terminal.ts";
import { writeTar } from "../tar.ts";
import { debianPackage, foldersOf } from "./deb.ts";
import { packagesFolder } from "./packages.ts";
import { maintainerScripts } from "./scripts.ts";
import { installedFiles } from "./tree.ts";

/** Processors as Debian names them. */
const architectures: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

try {
  const folder = Deno.args[0] ?? ".";
  const commands = await commandsFor([]);
  const completionOf = (shell: "bash" | "zsh" | "fish") => scriptFor(shell, commands);
  const { files, version } = await installedFiles({
    project: new URL("../../../../", import.meta.url),
    packages: packagesFolder(),
    deno: Deno.execPath(),
    completion: {
      bash: completionOf("bash"),
      zsh: completionOf("zsh"),
      fish: completionOf("fish"),
    },
  });
  const architecture = architectures[Deno.build.arch] ?? Deno.build.arch;
  const deb = debianPackage({
    name: "ha",
    version,
    architecture,
    description: [
      "high-availability cluster, assembled from plugins",
      "Nodes monitor each other, agree on membership, fence nodes that cannot be trusted, and keep " +
      "services running. Each plugin is held to the permissions that it declares.",
      "The package brings the Deno that runs it. See /usr/lib/ha/README.md.",
    ],
    depends: ["coreutils", "libc6", "libgcc-s1"],
    conflicts: [],
    scripts: maintainerScripts,
  }, files);
  const rooted = files.map((file) => ({ ...file, path: `ha-${version}/${file.path}` }));
  const made = [
    [`ha_${version}_${architecture}.deb`, deb],
    [
      `ha-${version}-linux-${architecture}.tar.gz`,
      Uint8Array.from(gzipSync(writeTar(rooted, foldersOf(rooted)), { level: 9 })),
    ],
  ] as const;
  for (const [name, bytes] of made) {
    const target = filePath(new URL(`${folder}/${name}`, `file://${encodeURI(Deno.cwd())}/`));
    await Deno.writeFile(target, bytes, { mode: 0o644 });
    terminal.out([`${target}: ${files.length} files, ${bytes.length} bytes`]);
  }
} catch (error) {
  terminal.err([messageOf(error)]);
  Deno.exit(exit.error);
}
