/**
 * The files of a new plugin: those of another of its kind under a new name, with the project named by
 * its name, so that they work wherever the project lies.
 *
 * @module
 */
import { projectName } from "../../../../metadata/std/names.ts";
import { filePath } from "../../../../pils/found.ts";

/** What is copied under which name. */
export interface Copy {
  readonly kind: string;
  readonly from: URL;
  /** Name of the plugin that is copied. */
  readonly like: string;
  readonly to: URL;
  readonly name: string;
  /** Type of the agent that takes the place of the template's example. */
  readonly type?: string;
}

/** Copies the modules of a plugin, and of its tests that of the plugin as a whole. */
export async function copyPlugin(copy: Copy, project: URL): Promise<void> {
  for (const path of await modulesIn(copy.from)) {
    const file = new URL(path, copy.from);
    const target = new URL(typed(path, copy), copy.to);
    await Deno.mkdir(new URL(".", target), { recursive: true });
    if (!path.endsWith(".ts")) {
      await Deno.copyFile(file, target); // with its mode: it may be a program
      continue;
    }
    const text = fromOutside(await Deno.readTextFile(file), file, copy.from, project);
    await Deno.writeTextFile(target, renamed(text, copy));
  }
  await Deno.writeTextFile(new URL("README.md", copy.to), readme(copy));
}

/** A test that also loads the plugin isolated finds it in the project's own folder alone. */
const needsProject = /^\s*levels:/m;

/** The plugin with the fewest bytes of modules, and a test that runs anywhere: the easiest to start from. */
export async function smallest(folders: readonly URL[]): Promise<string | undefined> {
  const sizes = await Promise.all(folders.map(async (folder): Promise<[string, number]> => {
    let bytes = 0;
    const test = await Deno.readTextFile(new URL("mod_test.ts", folder)).catch(() => "");
    if (needsProject.test(test)) return [filePath(folder), Infinity];
    for (const path of await modulesIn(folder)) {
      bytes += (await Deno.stat(new URL(path, folder))).size;
    }
    return [filePath(folder).split("/").at(-1) ?? "", bytes];
  }));
  return sizes.filter(([, bytes]) => bytes > 0 && bytes < Infinity).sort(([, a], [, b]) => a - b)[0]
    ?.[0];
}

/** Paths of what makes the plugin: its modules and programs, and the one test of the plugin as a whole. */
async function modulesIn(folder: URL, path = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(path, folder))) {
    if (isDirectory) {
      if (name !== "testdata") found.push(...await modulesIn(folder, `${path}${name}/`));
    } else if (`${path}${name}` === "mod_test.ts" || /(?<!_test)\.ts$|\.sh$/.test(name)) {
      found.push(`${path}${name}`);
    }
  }
  return found.sort();
}

/** The text of a module whose imports from elsewhere in the project are named from outside. */
function fromOutside(text: string, file: URL, folder: URL, project: URL): string {
  return text.replaceAll(
    /(\bfrom\s+|\bimport\s*\(?\s*)"(\.\.?\/[^"]*)"/g,
    (whole, before, specifier) => {
      const { href } = new URL(specifier, file);
      if (href.startsWith(folder.href) || !href.startsWith(project.href)) return whole;
      return `${before}"${projectName}${href.slice(project.href.length)}"`;
    },
  );
}

/** The example of a template is a word of its own. */
const typed = (text: string, { type }: Copy): string =>
  type === undefined ? text : text.replaceAll(/\bExample\b/g, type);

function renamed(text: string, copy: Copy): string {
  const { kind, like, name } = copy;
  return typed(text, copy)
    .replaceAll(`name: "${like}"`, `name: "${name}"`)
    .replaceAll(`${kind}/${like}`, `${kind}/${name}`);
}

function readme({ kind, name, like }: Copy): string {
  return `# ${kind}/${name}

Started from \`${kind}/${like}\`. Say here what it is for, what it needs and how it fails.

- \`manifest.ts\`: what it says of itself, and what it asks.
- \`mod.ts\`: one function from its configuration to its API; the contract is
  \`plugins/handler/${kind}/contract.ts\` of the project.
- \`mod_test.ts\`: its own tests, and the conformance suite of its kind.

\`ha plugin check\` runs them under the permissions of the manifest, \`ha plugin dev\` does so after
every change, \`ha plugin add\` installs the plugin.
`;
}
