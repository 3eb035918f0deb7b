/**
 * One recovery manager for each state folder and each run folder. A second one would take the sockets'
 * names from the daemons of the first: those would run on, and nobody could reach them.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";

/** Name of the file that is locked. It stays when the node ends; the lock does not. */
const lockName = "recoverymgrd.lock";

/** Characters of what another process wrote there that are quoted at most. */
const quotedMax = 10;

/** Locks that are held until they are closed, or this process ends, however it ends. */
export interface Held {
  close(): void;
}

/**
 * Locks the folders of a node. Needs read and write permission for them.
 *
 * @throws {Deno.errors.AddrInUse} if another process holds one of them.
 * @throws {Error} that names the file if something else stands in its place.
 */
export async function holdAlone(folders: readonly string[]): Promise<Held> {
  const held: Deno.FsFile[] = [];
  const close = () => held.forEach((file) => file.close());
  try {
    for (const folder of new Set(folders)) {
      const path = `${folder}/${lockName}`;
      await mustBePlain(path);
      const file = await Deno.open(path, {
        read: true,
        write: true,
        create: true,
        mode: 0o600,
      });
      held.push(file);
      if (!await file.tryLock(true)) throw new Deno.errors.AddrInUse(await takenText(folder, file));
      await file.truncate();
      await file.write(new TextEncoder().encode(String(Deno.pid)));
    }
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}

/** A link would have a file written elsewhere, and a pipe cannot be locked. */
async function mustBePlain(path: string): Promise<void> {
  const info = await Deno.lstat(path).catch((error): undefined => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  if (info === undefined || info.isFile) return;
  throw new TypeError(
    withCode(
      "HA9009",
      `Cannot lock "${path}": it is no plain file. Fix: remove it, and start the node again`,
    ),
  );
}

async function takenText(folder: string, file: Deno.FsFile): Promise<string> {
  const bytes = new Uint8Array(quotedMax);
  const text = new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
  const who = /^\d+$/.test(text) ? `process ${text}` : "another process";
  return withCode(
    "HA9001",
    `this node runs already: ${who} holds "${folder}/${lockName}". Fix: stop that node first, ` +
      "or give this one a state folder and a run folder of its own",
  );
}
