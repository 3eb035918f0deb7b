/**
 * Choices asked of a plugin: it is loaded with the values so far, as far from us as can be, asked, and
 * closed again. Only what the lock pins is ever loaded.
 *
 * @module
 */
import type { Choice } from "../../../../metadata/field.ts";
import { Choices } from "../../../../metadata/form/mod.ts";
import { createLoader } from "../../../../pils/loader.ts";
import { inLocks } from "../../../site/consent/locked.ts";
import type { Places } from "./places.ts";

/** A method of any plugin: the values so far in, choices out. */
type Asked = Readonly<
  Record<string, (values: unknown) => Promise<readonly Choice[]> | readonly Choice[]>
>;

/**
 * Asks the plugin of this identity. Values that it cannot be loaded with yet give no choices, like a
 * device that is down.
 */
export function choicesOf(id: string, places: Places): Choices {
  const project = new URL("plugins.lock.json", places.plugins);
  return new Choices(async (method, values) => {
    await using loader = createLoader({
      denoPath: places.denoPath,
      find: inLocks(places.lock, project),
    });
    const { api } = await loader.load<Asked>(id, { config: values, isolation: "process" });
    return await api[method]?.(values) ?? [];
  });
}
