/**
 * What a file names besides its imports: a script that it starts, a module that it loads by its
 * path, a plugin that it loads by its name. A mistake there shows in this file's tests too.
 *
 * @module
 */
import { withoutComments } from "../imports.ts";

/**
 * The sources of the project that a file names in its texts.
 * @param exists says whether there is such a source
 */
export function namedFiles(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): readonly string[] {
  const code = withoutComments(text);
  const paths = [...code.matchAll(/["'`}]([\w./-]*\/[\w.-]+\.ts)["'`]/g)].map(([, named = ""]) =>
    named.startsWith("/") ? named.slice(1) : new URL(named, `file:///${path}`).pathname.slice(1)
  );
  const fromTheTop = [...code.matchAll(/["'`]([\w-]+(?:\/[\w-]+)+\.ts)["'`]/g)]
    .map(([, named = ""]) => named);
  const plugins = [...code.matchAll(/["'`]([a-z]+\/[a-z][a-z0-9_]*)["'`]/g)]
    .map(([, id = ""]) => `plugins/${id}/mod.ts`);
  return [...new Set([...paths, ...fromTheTop, ...plugins])]
    .filter((found) => found !== path && exists(found));
}
