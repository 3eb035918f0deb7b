/**
 * `ha plugin pack`: a plugin as a package of npm, which works on every machine that has the project.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../../../metadata/diagnostic.ts";
import type { Manifest } from "../../../../metadata/manifest.ts";
import { projectName } from "../../../../metadata/std/names.ts";
import { filePath } from "../../../../pils/found.ts";
import { pin } from "../../../site/consent/pin.ts";
import type { Call, Command, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { pack as packFiles, type PackageFile, unpack } from "../../package/archive.ts";
import {
  describePlugin,
  descriptionName,
  isNameOfNpm,
  readDescription,
} from "../../package/description.ts";
import { filesOf } from "../../package/files.ts";
import { packagesOf } from "../../package/install.ts";
import { folderUrl, placeGrant, placeOptions, placesOf } from "./places.ts";

/** What is not for others: what editors and Deno keep beside a plugin, and earlier packages. */
const left =
  /^(?:\..*|node_modules|deno\.jsonc?|deno\.lock|package(?:-lock)?\.json|coverage|.*\.(?:tgz|tmp|orig|pem|key))$/;

/** `ha plugin pack FOLDER` */
export const pack: Command = {
  path: ["plugin", "pack"],
  summary: "Make a package of a plugin: FILE.tgz, for `ha plugin add` or for `npm publish`",
  details:
    "Left out: names that begin with a dot, node_modules, options and locks of Deno and npm, " +
    "keys (*.pem, *.key). Sign before you pack: ha plugin sign.",
  positionals: "FOLDER",
  options: {
    name: {
      type: "string",
      value: "NAME",
      summary: "Its name for npm; pils-KIND-NAME if left out",
    },
    to: { type: "string", value: "FOLDER", summary: "Write the file into it; here if left out" },
    json: { type: "boolean", summary: "Print file, name, version and files as one JSON object" },
    ...placeOptions,
  },
  grant: (call, where) =>
    placeGrant(call, where, {
      folders: call.positionals.slice(0, 1),
      write: [filePath(targetOf(call, where))],
    }),
  async run(call, io, where) {
    const places = placesOf(call, where);
    const folder = folderUrl(call.positionals[0] ?? ".", where.here);
    const wish = call.options.name;
    if (typeof wish === "string" && !isNameOfNpm(wish)) {
      io.err(`"${wish}" is no name of npm. Expected name or @scope/name in small letters.\n`);
      return exit.invalidParameter;
    }
    try {
      const { manifest } = await pin(folder, places); // throws what cannot be used anywhere
      const own = await filesOf(folder, (name) => !left.test(name));
      const problems = own.flatMap((file) => stuck(file, manifest));
      if (problems.length > 0) throw new DiagnosticError("Cannot pack the plugin", problems);
      const name = typeof wish === "string" ? wish : nameOf(manifest);
      const files = [...own, textFile(descriptionName, describePlugin(manifest, name))];
      const bytes = packFiles(files);
      // What is refused elsewhere is refused here.
      const read = unpack(bytes, name);
      readDescription(read, await packagesOf(places.project), name);
      const file = `${name.replace(/^@/, "").replace("/", "-")}-${manifest.version}.tgz`;
      const target = new URL(encodeURIComponent(file), targetOf(call, where));
      // Not through a link that somebody has put there.
      await Deno.remove(target).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
      await Deno.writeFile(target, bytes, { mode: 0o644, createNew: true });
      const { version } = manifest;
      const paths = read.map(({ path }) => path);
      io.out(
        call.options.json
          ? `${JSON.stringify({ file: filePath(target), name, version, files: paths }, null, 2)}\n`
          : `${paths.map((path) => `  ${path}\n`).join("")}${filePath(target)} written, ` +
            `${bytes.length} bytes.\nNext, on a node: ha plugin add ${file} --lock=FILE\n`,
      );
      return exit.ok;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      io.err(`${error.message}\n`);
      return exit.config;
    }
  },
};

const targetOf = ({ options }: Call, { here }: Where): URL =>
  folderUrl(typeof options.to === "string" ? options.to : ".", here);

const nameOf = ({ kind, name }: Manifest): string => `pils-${kind}-${name}`;

const textFile = (path: string, text: string): PackageFile => ({
  path,
  executable: false,
  bytes: new TextEncoder().encode(text),
});

/** Imports of a module that are found on this machine only. */
function stuck({ path, bytes }: PackageFile, { kind, name }: Manifest): Diagnostic[] {
  if (!/\.[cm]?[jt]sx?$/.test(path)) return [];
  const text = new TextDecoder().decode(bytes);
  const root = `file:///plugins/${kind}/${name}/`;
  const beside = `file:///plugins/handler/${kind}/`; // where a kind that is not the project's is
  const found = text.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
  return [...found].flatMap(([, specifier = ""]) => {
    if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return [];
    const { href } = new URL(specifier, `${root}${path}`);
    const travels = !/^(?:\/|file:)/.test(specifier) &&
      (href.startsWith(root) || href.startsWith(beside));
    if (travels) return [];
    return [problem(
      [path],
      `it imports "${specifier}"`,
      "that is found on this machine only",
      `import the project's modules by name: "${projectName}pils/plugin.ts"`,
      "HA2007",
    )];
  });
}
