/**
 * The isolated side of the lock: only the bytes that the daemon has verified become modules. They
 * arrive as text in a message, so no file is read after it was hashed, and the plugin needs no
 * right to read code.
 *
 * @module
 */
import module from "node:module";
import threads from "node:worker_threads";
import { moduleNamed } from "../metadata/std/names.ts";
import type { Sources } from "./found.ts";

/** With these a plugin could load code past the hook below: by its own hook, or in a thread. */
const refusedBuiltin = /^(?:node:)?(?:module|worker_threads)$/;

/** Matches imports out of a package: packages import by paths, by names and from Node. */
const hasScheme = /^(?!node:)[a-z][a-z0-9+.-]*:/i;

/** The target of such an import; Deno ignores an error that a hook throws for a module of Node. */
const nothing = "pils:nothing";

/** Makes every later import in this worker or process come from `sources`. */
export function serveOnly({ modules, packages }: Sources): void {
  module.registerHooks({
    resolve(specifier, { parentURL = "" }, next) {
      const url = /^\.{0,2}\//.test(specifier)
        ? new URL(specifier, parentURL).href
        : moduleNamed(specifier);
      if (Object.hasOwn(modules, url)) return { url, format: "module", shortCircuit: true };
      const outside = !Object.hasOwn(modules, parentURL); // within an allowed package
      // A script chooses its own name, so an import that no package would use is no way out.
      const isPackage = outside && /^file:.*\/npm\//.test(parentURL) && !hasScheme.test(specifier);
      if (!isPackage && refusedBuiltin.test(specifier)) {
        return { url: nothing, format: "module", shortCircuit: true };
      }
      if (isPackage || packages.includes(specifier) || specifier.startsWith("node:")) {
        return next(specifier);
      }
      throw new TypeError(`"${specifier}" is not in the lock`);
    },
    load(url, context, next) {
      if (url === nothing) {
        const source = 'throw new TypeError("Plugins do not load code by node:module or threads");';
        return { source, format: "module", shortCircuit: true };
      }
      const text = Object.hasOwn(modules, url) ? modules[url] : undefined;
      if (text === undefined) return next(url, context);
      const source = module.stripTypeScriptTypes(text, { mode: "transform" });
      return { source, format: "module", shortCircuit: true };
    },
  });
  // `process.getBuiltinModule` returns the same objects.
  const refuse = () => {
    throw new TypeError("this is not for plugins");
  };
  const value = { value: refuse, writable: false, configurable: false };
  Object.defineProperty(module, "registerHooks", value);
  Object.defineProperty(threads, "Worker", value);
}
