/**
 * Packages of Debian: an archive of `ar` with the version of the format, the description with the
 * maintainer scripts, and the files. Source: deb(5), deb-control(5), ar(5).
 *
 * The same content gives the same bytes: times, owners and the order are fixed.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { mtimeSeconds, type TarFile, writeTar } from "../tar.ts";

/** The description of the package for `dpkg`. */
export interface Control {
  readonly name: string;
  readonly version: string;
  /** As Debian names processors: `amd64`. */
  readonly architecture: string;
  /** One line, and further paragraphs. */
  readonly description: readonly [string, ...string[]];
  /** Packages that must be there, as Debian writes them. */
  readonly depends: readonly string[];
  readonly conflicts: readonly string[];
  /** Maintainer scripts by name: `postinst`. */
  readonly scripts: Readonly<Record<string, string>>;
}

/** The package. Paths of files begin with their first folder: `usr/bin/ha`. */
export function debianPackage(
  control: Control,
  files: readonly TarFile[],
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const kib = Math.ceil(files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1024);
  const members: readonly TarFile[] = [
    { path: "./control", mode: 0o644, bytes: encoder.encode(controlText(control, kib)) },
    ...Object.entries(control.scripts).map(([name, text]) => ({
      path: `./${name}`,
      mode: 0o755,
      bytes: encoder.encode(text),
    })),
  ];
  const packed = (all: readonly TarFile[]) =>
    Uint8Array.from(gzipSync(writeTar(all, foldersOf(all)), { level: 9 }));
  return ar([
    ["debian-binary", encoder.encode("2.0\n")],
    ["control.tar.gz", packed(members)],
    ["data.tar.gz", packed(files.map((file) => ({ ...file, path: `./${file.path}` })))],
  ]);
}

/** Each folder on the way to a file: dpkg makes none by itself. */
export function foldersOf(files: readonly { readonly path: string }[]): readonly string[] {
  const found = new Set<string>();
  for (const { path } of files) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      found.add(path.slice(0, at));
    }
  }
  return [...found].sort();
}

function controlText(control: Control, kib: number): string {
  const { name, version, architecture, description: [summary, ...paragraphs] } = control;
  const list = (field: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${field}: ${values.join(", ")}`];
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    "Maintainer: The maintainers of the cluster <maintainers@localhost>",
    `Installed-Size: ${kib}`,
    ...list("Depends", control.depends),
    ...list("Conflicts", control.conflicts),
    "Section: admin",
    "Priority: optional",
    `Description: ${summary}`,
    ...paragraphs.flatMap((text, at) => [...(at === 0 ? [] : [" ."]), ` ${text}`]),
    "",
  ].join("\n");
}

/** An archive of `ar` in its common form. */
function ar(members: readonly (readonly [name: string, bytes: Uint8Array])[]) {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [encoder.encode("!<arch>\n")];
  for (const [name, bytes] of members) {
    const fields = [[name, 16], [mtimeSeconds, 12], [0, 6], [0, 6], ["100644", 8], [
      bytes.length,
      10,
    ]];
    const header = fields.map(([value, width]) => String(value).padEnd(Number(width))).join("");
    parts.push(encoder.encode(`${header}\`\n`), bytes);
    if (bytes.length % 2 === 1) parts.push(encoder.encode("\n"));
  }
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
