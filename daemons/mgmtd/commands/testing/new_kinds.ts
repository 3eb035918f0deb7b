/**
 * New plugins of every kind, tried as a stranger would: written, checked, consented to and loaded, in
 * a folder outside the project.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createLoader } from "../../../../pils/loader.ts";
import { inLocks } from "../../../site/consent/locked.ts";
import { ownKindReason } from "../../../site/consent/own_kinds.ts";
import { planOf } from "../plugin/plan.ts";
import { permissions, project, site } from "./site.ts";

const root = new URL(`file://${project}/`);
const configFile = new URL("deno.json", root);

/** What is tried of a kind. */
export interface Kind {
  /** What `ha plugin new` is told. */
  readonly words: string;
  /** Which plugin is loaded then. */
  readonly loads: string;
  /** Which folders are consented to. */
  readonly adds: readonly string[];
}

/** All kinds, and one that is new. */
export const allKinds: readonly Kind[] = namesIn(`${project}/plugins/handler`)
  .map((name) => ({ words: `${name} mine`, loads: `${name}/mine`, adds: [`${name}/mine`] }))
  .concat({ words: "handler novel", loads: "novel/first", adds: ["handler/novel", "novel/first"] });

/** Whether it can be consented to: some kinds are the project's own. */
export const isForStrangers = ({ loads }: Kind): boolean => ownKindReason(loads) === undefined;

/** From each template of each kind. */
export const templates: readonly Kind[] = namesIn(`${project}/plugins/handler`).flatMap((kind) =>
  namesIn(`${project}/plugins/handler/${kind}/templates`).map((like) => ({
    words: `${kind}/by_${like} --like=${like}`,
    loads: `${kind}/by_${like}`,
    adds: [`${kind}/by_${like}`],
  }))
);

/** Names of the folders in one; none if it is not there. */
function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
      isDirectory ? [name] : []
    ).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * Registers a test: a new plugin of each kind is written, checked, consented to and loaded, and
 * nobody edits anything in between.
 * @param options of `ha plugin check`
 */
export function tryKinds(all: readonly Kind[], options: readonly string[]): void {
  const kinds = all.filter(isForStrangers);
  Deno.test({
    name:
      `a new plugin of each of ${all.length} kinds conforms, is consented to and loads as it is`,
    permissions,
    async fn(test) {
      await using it = await site();
      const tries = all.map((kind) => async () => {
        const said = [await it.ha(`plugin new ${kind.words}`)];
        for (const folder of kind.adds) {
          said.push(await it.ha(["plugin check", folder, ...options].join(" ")));
        }
        return said;
      });
      const checks = await some(2, tries);
      for (const [at, { words }] of all.entries()) {
        await test.step(words, () => {
          for (const { code, out } of checks[at] ?? []) assert.equal(code, 0, out);
        });
      }
      const handlers = kinds.flatMap(({ loads, adds }) =>
        adds.length > 1 ? [] : [`${project}/plugins/handler/${loads.split("/")[0]}`]
      );
      const added = await it.ha(
        `plugin add ${
          [...new Set([...kinds.flatMap(({ adds }) => adds), ...handlers])].join(" ")
        } --lock=l --yes`,
      );
      assert.equal(added.code, 0, added.out);
      for (const { adds } of all.filter((kind) => !isForStrangers(kind))) {
        const { code, out } = await it.ha(`plugin add ${adds.join(" ")} --lock=l --yes`);
        assert.match(out, /from the project alone/);
        assert.equal(code, 77);
      }

      const places = { denoPath: Deno.execPath(), configFile };
      const lock = new URL(`file://${it.here}/l`);
      await using loader = createLoader({
        ...places,
        find: inLocks(lock),
      });
      for (const { loads } of kinds) {
        await test.step(`${loads} is loaded`, async () => {
          const folder = new URL(`file://${it.here}/${loads}/`);
          const { config } = await planOf(folder, {
            ...places,
            lock,
            project: root,
            plugins: new URL("plugins/", root),
            policy: lock,
          });
          await using loaded = await loader.load(loads, { config });
          assert.equal(loaded.isolation, "process");
        });
      }
    },
  });
}

/** Does several things, a few at once; what they give, in their order. */
async function some<T>(atOnce: number, work: readonly (() => Promise<T>)[]): Promise<T[]> {
  const done: T[] = [];
  const left = [...work.entries()];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      done[next[0]] = await next[1]();
    }
  }));
  return done;
}
