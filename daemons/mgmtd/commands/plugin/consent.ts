/**
 * `ha plugin add`, `trust`, `upgrade` and `remove`: what changes the lock, each after the person
 * has seen what it means.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { didYouMean } from "../../../../metadata/nearest.ts";
import { matches } from "../../../../metadata/regex.ts";
import { pluginFolders } from "../../../site/consent/discover.ts";
import { filePath } from "../../../../pils/found.ts";
import type { Grant } from "../../../site/flags.ts";
import { permissionNames } from "../../../../metadata/manifest.ts";
import { lockText, readWholeLock, type WholeLock } from "../../../site/consent/lock_file.ts";
import { type Locked, placed, readLock } from "../../../site/consent/lock.ts";
import { pin, pinAll } from "../../../site/consent/pin.ts";
import { readPolicy } from "../../../site/consent/policy.ts";
import { signatureText } from "../../../site/consent/signature.ts";
import type { Call, Command, Consulted, Io, Option, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { type Held, HeldElsewhere, hold } from "../../whole_file.ts";
import {
  consultsLock,
  placeGrant,
  placeOptions,
  type Places,
  placesOf,
  replacing,
  type Touched,
} from "./places.ts";
import { refusalOf, refusalOptions } from "./refusal.ts";
import { foldersIn, take, takeGrant } from "./take.ts";
import { consentText, inPlaceOfOurs, isSame, question } from "./words.ts";

const yes: Readonly<Record<string, Option>> = {
  yes: { type: "boolean", short: "y", summary: "Agree without being asked" },
  json: { type: "boolean", summary: "Print what is in the lock now as one JSON object" },
  ...refusalOptions,
};

const noTerminal = withCode(
  "HA0010",
  "Nothing was changed: there is no terminal to ask. Fix: use --yes to agree.\n",
);

/**
 * The lock, held from before it is read until it is written: two commands lose nothing. One that
 * cannot be written says so when it is to be written: first come the mistakes of the call.
 */
async function holdLock({ lock }: Places): Promise<Held> {
  try {
    return await hold(filePath(lock));
  } catch (error) {
    if (error instanceof HeldElsewhere) throw error;
    return { write: () => Promise.reject(error), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

/** Where consent is given. */
interface Consenting {
  readonly call: Call;
  readonly io: Io;
  readonly places: Places;
  readonly held: Held;
}

/** Shows, asks, writes. `lock` is the lock before, `gone` the removed identities. */
async function consent(
  pinned: readonly (readonly [string, Locked])[],
  lock: WholeLock,
  { call, io, places, held }: Consenting,
  gone: readonly string[] = [],
): Promise<number> {
  const next = pinned.map(([id, locked]) => [id, withTypes(locked, lock.plugins[id])] as const);
  const { signatures } = await readPolicy(places.policy);
  const ours = Object.keys((await readLock(new URL("plugins.lock.json", places.plugins))).plugins);
  for (const [id, locked] of next) {
    const wanted = { id, locked, isOurs: ours.includes(id) };
    const refusal = await refusalOf(wanted, lock.plugins[id], call, signatures);
    if (refusal === undefined) continue;
    io.err(`Cannot take "${id}": ${refusal.why}\n`);
    return refusal.code;
  }
  const changed = next.filter(([id, locked]) => {
    const before = lock.plugins[id];
    return before === undefined || !isSame(before, locked);
  });
  const say = call.options.json ? io.err : io.out;
  for (const [id, locked] of changed) {
    say(consentText(id, locked, await signatureText(locked, signatures), lock.plugins[id]));
    if (!locked.shipped && ours.includes(id)) say(inPlaceOfOurs(id));
  }
  for (const id of gone) say(`${id} is removed.\n`);
  const count = changed.length + gone.length;
  if (count > 0 && !call.options.yes) {
    const answer = io.ask(question(changed));
    if (answer === undefined) {
      io.err(noTerminal);
      return exit.permission;
    }
    if (!/^y(es)?$/i.test(answer.trim())) {
      io.err("Nothing was changed.\n");
      return exit.permission;
    }
  }
  // Who writes it by hand holds nothing, and the question may have been read for long.
  const now = await readWholeLock(places.lock).catch(() => lock);
  if (count > 0 && lockText(now) !== lockText(lock)) {
    io.err(
      withCode(
        "HA2009",
        `Nothing was changed: ${filePath(places.lock)} was written by another command meanwhile. ` +
          "Fix: run the command again\n",
      ),
    );
    return exit.tryAgain;
  }
  const kept = Object.entries(lock.plugins).filter(([id]) => !gone.includes(id));
  const plugins = Object.fromEntries([...kept, ...next]);
  if (count > 0) await held.write(lockText({ version: 1, plugins }));
  if (call.options.json) io.out(`${JSON.stringify(Object.fromEntries(next), null, 2)}\n`);
  else say(count === 0 ? "The lock is up to date.\n" : `${filePath(places.lock)} written.\n`);
  return exit.ok;
}

/** The types of a family stay approved: what they run has not changed with the family's code. */
function withTypes(next: Locked, before: Locked | undefined): Locked {
  const { family } = next.manifest;
  if (family === undefined || before?.types === undefined) return next;
  const served = Object.entries(before.types).filter(([type]) => matches(family.types, type));
  return served.length === 0 ? next : { ...next, types: Object.fromEntries(served) };
}

const idOf = ({ manifest: { kind, name } }: Locked) => `${kind}/${name}`;

/** What the lock says of a plugin, or an error that names the nearest. */
function known(id: string, { plugins }: WholeLock): Locked {
  const locked = Object.hasOwn(plugins, id) ? plugins[id] : undefined;
  if (locked !== undefined) return locked;
  throw new DiagnosticError(
    withCode(
      "HA2001",
      `"${id}" is not in the lock.${
        didYouMean(id, Object.keys(plugins))
      } Fix: ha plugin add FOLDER`,
    ),
    [],
  );
}

/** What taking plugins into the lock needs: their folders or packages, and the lock. */
function lockGrant(
  call: Call,
  where: Where,
  words: readonly string[],
  touched: Touched = {},
  consulted?: Consulted,
): Grant {
  const places = placesOf(call, where);
  const more = takeGrant(words, places, where);
  const grant = placeGrant(call, where, {
    ...touched,
    folders: foldersIn(words),
    write: [...replacing(places.lock), ...more.write],
  }, consulted);
  return {
    ...grant,
    read: [...grant.read ?? [], ...more.read],
    run: [...grant.run ?? [], ...more.run],
  };
}

/** `ha plugin add FOLDER|FILE.tgz|npm:NAME@VERSION...` */
export const add: Command = {
  path: ["plugin", "add"],
  summary: "Show what a plugin requests, and add it to the lock if you agree",
  details:
    "A package (FILE.tgz of `ha plugin pack`, or npm:NAME@VERSION) is unpacked into packages/ " +
    "beside the lock.",
  positionals: "FOLDER|FILE.tgz|npm:NAME@VERSION...",
  options: { ...placeOptions, ...yes },
  grant: (call, where) => lockGrant(call, where, call.positionals),
  async run(call, io, where) {
    const places = placesOf(call, where);
    await using held = await holdLock(places);
    const lock = await readWholeLock(places.lock);
    await using taken = await take(call.positionals, places, where);
    const pinned = await pinAll(taken.folders, places);
    taken.check(pinned);
    const next = pinned.map((locked) => [idOf(locked), locked] as const);
    for (const [id, { at }] of next) {
      const before = lock.plugins[id];
      const twice = next.filter(([other]) => other === id).length > 1;
      if (twice || (before !== undefined && before.at !== at)) {
        io.err(
          withCode(
            "HA2006",
            `Cannot add "${id}": there are two plugins of that identity. Fix: ha plugin upgrade ${id} ` +
              `FOLDER|FILE.tgz, to replace the other one\n`,
          ),
        );
        return exit.exists;
      }
    }
    return await consent(next, lock, { call, io, places, held });
  },
};

/** Options `--allow-net=...` and so on: what an operator's policy allows beyond what it did. */
const allowOptions: Readonly<Record<string, Option>> = Object.fromEntries(
  permissionNames.map((name): [string, Option] => [`allow-${name}`, {
    type: "string",
    multiple: true,
    value: "ENTRY",
    summary: `Let the policy allow this ${name} for the plugin`,
  }]),
);

/** `ha plugin trust ID...` */
export const trust: Command = {
  path: ["plugin", "trust"],
  summary: "Pin a plugin with its current files, or allow it more in the policy",
  positionals: "KIND/NAME...",
  options: {
    ...placeOptions,
    ...yes,
    ...allowOptions,
    all: { type: "boolean", summary: "All plugins that come with the project" },
  },
  consults: consultsLock,
  grant: (call, where, consulted) => {
    const { lock, policy } = placesOf(call, where);
    const locked = (id: string) => call.positionals.includes(id);
    return placeGrant(call, where, { locked, write: replacing(lock, policy) }, consulted);
  },
  async run(call, io, where) {
    const places = placesOf(call, where);
    if (await allowMore(call, io, places)) return exit.ok;
    const { all } = call.options;
    await using held = await holdLock(places);
    const lock = await readWholeLock(places.lock).catch((error: Error) => {
      if (!all) throw error;
      io.err(
        `${error.message}\n  Rebuilding the lock; re-add third-party plugins with: ha plugin add\n`,
      );
      return { version: 1, plugins: {} } as const;
    });
    const folders = all
      ? await pluginFolders(places.plugins)
      : call.positionals.map((id) => placed(known(id, lock).at, places.lock));
    const next = (await pinAll(folders, places)).map((locked) => [idOf(locked), locked] as const);
    const ids = new Set(next.map(([id]) => id));
    const gone = Object.entries(lock.plugins)
      .flatMap(([id, { shipped }]) => all && shipped && !ids.has(id) ? [id] : []);
    return await consent(next, lock, { call, io, places, held }, gone);
  },
};

/** Writes what `--allow-*` says into the policy. */
async function allowMore({ options, positionals }: Call, io: Io, places: Places): Promise<boolean> {
  const more = permissionNames.flatMap((name) => {
    const entries = options[`allow-${name}`];
    return Array.isArray(entries) ? [[name, entries.map(String)] as const] : [];
  });
  if (more.length === 0) return false;
  await using held = await hold(filePath(places.policy));
  const policy = await readPolicy(places.policy);
  if (policy.allow === undefined) {
    // To write one now would take from every other plugin what it is not allowed there.
    io.out(
      `No policy restricts plugins: ${filePath(places.policy)} allows nothing in particular.\n`,
    );
    return true;
  }
  const allow = { ...policy.allow };
  for (const id of positionals) {
    const before = allow[id] ?? {};
    allow[id] = Object.fromEntries([
      ...Object.entries(before),
      ...more.map(([name, entries]) => [name, [...new Set([...before[name] ?? [], ...entries])]]),
    ]);
  }
  await held.write(`${JSON.stringify({ ...policy, allow }, null, 2)}\n`);
  io.out(`${filePath(places.policy)} written.\n`);
  return true;
}

/** `ha plugin upgrade ID [FOLDER|FILE.tgz|npm:NAME@VERSION]` */
export const upgrade: Command = {
  path: ["plugin", "upgrade"],
  summary: "Show what a newer version requests in addition, and pin it if you agree",
  positionals: "KIND/NAME [FOLDER|FILE.tgz|npm:NAME@VERSION]",
  options: {
    ...placeOptions,
    ...yes,
  },
  consults: consultsLock,
  grant(call, where, consulted) {
    const [id, ...words] = call.positionals;
    return lockGrant(call, where, words, { locked: (one) => one === id }, consulted);
  },
  async run(call, io, where) {
    const places = placesOf(call, where);
    const [id = "", ...words] = call.positionals;
    await using held = await holdLock(places);
    const lock = await readWholeLock(places.lock);
    const before = known(id, lock);
    await using taken = await take(words.slice(0, 1), places, where);
    const next = await pin(taken.folders[0] ?? placed(before.at, places.lock), places);
    taken.check([next]);
    if (idOf(next) !== id) {
      io.err(`Cannot upgrade "${id}": the folder holds "${idOf(next)}"\n`);
      return exit.invalidParameter;
    }
    return await consent([[id, next]], lock, { call, io, places, held });
  },
};

/** `ha plugin remove ID...` */
export const remove: Command = {
  path: ["plugin", "remove"],
  summary: "Remove plugins from the lock; their files stay",
  positionals: "KIND/NAME...",
  options: {
    ...placeOptions,
    yes: { type: "boolean", short: "y", summary: "For programs: nothing is asked anyway" },
    json: { type: "boolean", summary: "Print the identities that are gone as one JSON array" },
  },
  grant: (call, where) => placeGrant(call, where, { write: replacing(placesOf(call, where).lock) }),
  async run(call: Call, io: Io, where: Where) {
    const places = placesOf(call, where);
    await using held = await holdLock(places);
    const lock = await readWholeLock(places.lock);
    for (const id of call.positionals) known(id, lock);
    const left = Object.entries(lock.plugins).filter(([id]) => !call.positionals.includes(id));
    await held.write(lockText({ version: 1, plugins: Object.fromEntries(left) }));
    io.out(
      call.options.json
        ? `${JSON.stringify(call.positionals)}\n`
        : `${filePath(places.lock)} written. A daemon that runs one of them keeps it until it is ` +
          "restarted: ha plugin ls --running\n",
    );
    return exit.ok;
  },
};
