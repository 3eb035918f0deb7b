/**
 * What a file names besides its imports: a script that it starts, a module that it loads by its
 * path, a plugin that it loads by its name. A mistake there shows in this file's tests too.
 *
 * @module
 */
import { withoutComments } from "../imports.ts";

/**
 * The sources of the project that a file names in its texts.
 * @param sources every source of the project
 */
export function namedFiles(
  path: string,
  text: string,
  sources: ReadonlySet<string>,
): readonly string[] {
  const code = withoutComments(text);
  const paths = [...code.matchAll(/["'`}]([\w./-]*\/[\w.-]+\.ts)["'`]/g)].map(([, named = ""]) =>
    named.startsWith("/") ? named.slice(1) : new URL(named, `file:///${path}`).pathname.slice(1)
  );
  const beside = [...code.matchAll(/new URL\(\s*["'`]([\w-]+\.ts)["'`]/g)]
    .map(([, name = ""]) => new URL(name, `file:///${path}`).pathname.slice(1));
  const fromTheTop = [...code.matchAll(/["'`]([\w-]+(?:\/[\w-]+)+\.ts)["'`]/g)]
    .map(([, named = ""]) => named);
  const plugins = [...code.matchAll(/["'`]([a-z]+\/[a-z][a-z0-9_]*)["'`]/g)]
    .map(([, id = ""]) => `plugins/${id}/mod.ts`);
  // `${plugins}/${id}/manifest.ts`: those of all plugins.
  const [, ofPlugins] = /\$\{\w+\}\/(manifest\.ts)[`"']/.exec(code) ?? [];
  const every = [...sources].filter((name) =>
    ofPlugins !== undefined && new RegExp(`^plugins/\\w+/\\w+/${ofPlugins}$`).test(name)
  );
  return [...new Set([...paths, ...beside, ...fromTheTop, ...plugins, ...every])]
    .filter((found) => found !== path && sources.has(found));
}

/**
 * The programs among the sources that a file names by a template, such as
 * `${project}/daemons/${name}/mod.ts`. Only a test that starts programs runs them.
 */
export function namedPrograms(text: string, sources: ReadonlySet<string>): readonly string[] {
  const templates = /[`/}]((?:[a-z]\w*\/)+)\$\{\w+\}\/(mod\.ts)["'`]/g;
  const found = [...withoutComments(text).matchAll(templates)].flatMap(([, before = "", after]) =>
    [...sources].filter((name) =>
      name.startsWith(before) && name.slice(before.length).replace(/^\w+\//, "") === after
    )
  );
  return [...new Set(found)];
}

/** Whether a test may start programs: itself, or by a world for tests that it imports. */
export const startsPrograms = (text: string): boolean =>
  text.includes("Deno.execPath()") || /from "[^"]*\/testing\//.test(text);
