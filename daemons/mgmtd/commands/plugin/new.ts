/**
 * `ha plugin new`: a working plugin in a folder of its own, outside the project, that passes its
 * kind's conformance suite at once: the simplest plugin of the kind under a new name.
 *
 * @module
 */
import { filePath } from "../../../../pils/found.ts";
import { nearest } from "../../../../metadata/nearest.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { folderUrl, placeGrant, placesOf } from "./places.ts";

/** `ha plugin new KIND NAME` */
export const create: Command = {
  path: ["plugin", "new"],
  summary: "Write a new plugin that works, to be changed into what it shall be",
  positionals: "KIND NAME",
  options: {
    at: { type: "string", value: "FOLDER", summary: "Write KIND/NAME/ in it; here if left out" },
    like: { type: "string", value: "NAME", summary: "Start from this plugin of the kind" },
  },
  grant(call, where) {
    const at = typeof call.options.at === "string" ? call.options.at : ".";
    const folder = filePath(folderUrl(at, where.here));
    return { ...placeGrant(call, where, { folders: [folder], write: [folder] }), run: [] };
  },
  async run(call, io, where) {
    const [kind = "", name = ""] = call.positionals;
    const { plugins, project } = placesOf(call, where);
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) {
      io.err(`"${name}" is no name: small letters, digits and _, 40 at most\n`);
      return exit.invalidParameter;
    }
    const kinds = await namesIn(new URL("handler/", plugins));
    if (!kinds.includes(kind)) {
      const near = nearest(kind, kinds);
      io.err(
        `There is no kind "${kind}". ${
          near === undefined ? `There are ${kinds.join(", ")}.` : `Did you mean "${near}"?`
        }\n`,
      );
      return exit.noSuch;
    }
    const like = typeof call.options.like === "string"
      ? call.options.like
      : await simplest(new URL(`${kind}/`, plugins));
    if (like === undefined) {
      io.err(`No plugin of kind "${kind}" is there to start from\n`);
      return exit.noSuch;
    }
    const from = new URL(`${kind}/${like}/`, plugins);
    const at = typeof call.options.at === "string" ? call.options.at : ".";
    const to = new URL(`${kind}/${name}/`, folderUrl(at, where.here));
    if (await Deno.stat(to).then(() => true, () => false)) {
      io.err(`${filePath(to)} is there already\n`);
      return exit.exists;
    }
    await copy(from, to, (text) => renamed(text, kind, like, name));
    await Deno.writeTextFile(new URL("README.md", to), readme(kind, name, like));
    const config = await Deno.readTextFile(new URL("deno.json", project));
    await Deno.writeTextFile(new URL("deno.json", to), denoJson(config, project));
    io.out(
      `${filePath(to)} written, from ${kind}/${like}.\nNext: ha plugin check ${filePath(to)}\n`,
    );
    return exit.ok;
  },
};

/** Copies the modules of a plugin, and of its tests those of the plugin as a whole. */
async function copy(from: URL, to: URL, change: (text: string) => string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(new URL(`${name}/`, from), new URL(`${name}/`, to), change);
    else if (name === "mod_test.ts" || /(?<!_test)\.ts$/.test(name)) {
      await Deno.writeTextFile(
        new URL(name, to),
        change(await Deno.readTextFile(new URL(name, from))),
      );
    }
  }
}

/** The plugin with the shortest module: the easiest to start from. */
async function simplest(folder: URL): Promise<string | undefined> {
  const sizes: [string, number][] = [];
  for (const name of await namesIn(folder).catch(() => [])) {
    const info = await Deno.stat(new URL(`${name}/mod.ts`, folder)).catch(() => undefined);
    if (info !== undefined) sizes.push([name, info.size]);
  }
  return sizes.sort(([, a], [, b]) => a - b)[0]?.[0];
}

async function namesIn(folder: URL): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) if (entry.isDirectory) names.push(entry.name);
  return names.sort();
}

/** The text of a plugin under a new name, with the project's modules named from outside. */
function renamed(text: string, kind: string, like: string, name: string): string {
  return text
    .replaceAll(`name: "${like}"`, `name: "${name}"`)
    .replaceAll(`${kind}/${like}`, `${kind}/${name}`)
    .replaceAll(/"(?:\.\.\/){3,5}((?:pils|metadata)\/)/g, '"@pils/cluster/$1')
    .replaceAll(/"(?:\.\.\/){2,4}(handler\/)/g, '"@pils/cluster/plugins/$1');
}

function readme(kind: string, name: string, like: string): string {
  return `# ${kind}/${name}

Started from \`${kind}/${like}\`. Say here what it is for, what it needs and how it fails.

- \`manifest.ts\`: what it says of itself, and what it asks.
- \`mod.ts\`: one function from its configuration to its API; the contract is
  \`plugins/handler/${kind}/contract.ts\` of the project.
- \`mod_test.ts\`: its own tests, and the conformance suite of its kind.

\`ha plugin check .\` runs them under the permissions of the manifest; \`ha plugin add .\` installs it.
`;
}

/** The project's options for code outside of it, which names the project by \`@pils/cluster/\`. */
function denoJson(config: string, project: URL): string {
  const { unstable, compilerOptions, imports }: Readonly<Record<string, unknown>> = JSON.parse(
    config,
  );
  const named = { ...imports as object, "@pils/cluster/": project.href };
  return `${JSON.stringify({ unstable, compilerOptions, imports: named }, null, 2)}\n`;
}
