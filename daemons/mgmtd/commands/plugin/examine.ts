/**
 * A plugin examined: what its manifest says, what would be pinned of it, and whether it keeps the
 * contract of its kind under the permissions that it declares and no other.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { denoFlags, killGroup, spawnDeno } from "../../../../pils/child.ts";
import { filePath } from "../../../../pils/found.ts";
import type { Permissions } from "../../../../pils/manifest.ts";
import { quietly, within } from "../../../../metadata/within.ts";
import { readManifests } from "../../../site/consent/discover.ts";
import type { Locked } from "../../../site/consent/lock.ts";
import { flagsOf } from "../../../site/flags.ts";
import { pin } from "../../../site/consent/pin.ts";
import { audit, auditName } from "./audit.ts";
import { beyond } from "./beyond.ts";
import type { Places } from "./places.ts";
import { type Plan, planOf } from "./plan.ts";

/** Milliseconds that a plugin's test may take. */
const testMs = 120_000;
/** MiB of heap for it. */
const heapMiB = 512;

/** What was found. */
export interface Examined {
  /** `kind/name`. */
  readonly id: string;
  readonly locked: Locked;
  readonly plan: Plan;
  /** The test passed, and something in it was tried. */
  readonly conforms: boolean;
  /** Permissions that were used and not declared, or declared and never used, each in a sentence. */
  readonly permissions: readonly string[];
}

/** How. */
export interface Examination {
  /** Gets what the test prints. */
  readonly out: (text: string) => void;
  /** Gets what should be looked at, and refuses nothing. */
  readonly warn: (warning: Diagnostic) => void;
  /** Whether the tests may have what the plugin itself does not request. */
  readonly agree: (more: readonly Diagnostic[]) => boolean;
  /** Whether types are checked, which takes most of the time. */
  readonly types: boolean;
  /** Ends the test. */
  readonly signal?: AbortSignal;
}

/** Examines the plugin in a folder. @throws {DiagnosticError} with all that is wrong with it. */
export async function examine(
  folder: URL,
  places: Places,
  { out, warn, agree, types, signal }: Examination,
): Promise<Examined> {
  const [found] = await readManifests([folder], places);
  if (found?.manifest.ok !== true) {
    throw new DiagnosticError(
      `The manifest in ${filePath(folder)} cannot be used`,
      found?.manifest.diagnostics ?? [],
    );
  }
  const { value: { kind, name }, warnings } = found.manifest;
  for (const warning of warnings) warn(warning);
  const locked = await pin(folder, places); // throws what cannot be pinned
  const plan = await planOf(folder, places);
  // Tests of the project's own plugins start programs beside them, such as a peer.
  const more = locked.shipped
    ? []
    : beyond(plan.permissions, found.manifest.value.permissions, folder);
  if (more.length > 0 && !agree(more)) {
    throw new DiagnosticError(`The tests of "${kind}/${name}" want more than it declares`, more);
  }
  const granted = hosts(plan.permissions);
  let said = "";
  const succeeded = await test(folder, granted, places, {
    out: (text) => {
      said += text;
      out(text);
    },
    types,
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    id: `${kind}/${name}`,
    locked,
    plan,
    conforms: succeeded && /[1-9]\d* passed/.test(said), // all may have been left out
    permissions: await audit(folder, granted),
  };
}

/**
 * The grant with whole hosts: a test may choose its ports when it runs. Each clause is still held to
 * the ports of its own example.
 */
function hosts(permissions: Permissions): Permissions {
  const { net, ...others } = permissions;
  if (net === undefined) return permissions;
  return { ...others, net: [...new Set(net.map((entry) => entry.replace(/:\d+$/, "")))] };
}

async function test(
  folder: URL,
  granted: Permissions,
  places: Places,
  { out, types, signal }: Pick<Examination, "out" | "types" | "signal">,
): Promise<boolean> {
  // Deno would write through a link that somebody has put there.
  await Deno.remove(new URL(auditName, folder)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const isThere = (file: URL) => Deno.stat(file).then(() => true, () => false);
  const packages = new URL("deno.lock", folder);
  const child = spawnDeno(
    [
      "test",
      // The project's options, as in a daemon: what a deno.json beside the plugin says does not travel.
      ...denoFlags(places, heapMiB).filter((flag) => flag !== "--quiet"),
      // Without a lock of its own it has the project's packages, which are all that it may load.
      ...await isThere(packages) ? [`--lock=${filePath(packages)}`] : [],
      ...types ? [] : ["--no-check"],
      "--permit-no-files",
      ...flagsOf(granted),
      filePath(new URL("mod_test.ts", folder)),
    ],
    places,
    2 * heapMiB,
    { DENO_AUDIT_PERMISSIONS: filePath(new URL(auditName, folder)) },
  );
  const decoder = new TextDecoder();
  const show = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) out(decoder.decode(chunk, { stream: true }));
  };
  const stop = () => void killGroup(child);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  const shown = Promise.all([show(child.stdout), show(child.stderr)]);
  try {
    await quietly(child.stdin.close());
    const late = () => new Error(`the test did not end within ${testMs} ms`);
    const { success } = await within(testMs, child.status, late);
    return success;
  } finally {
    signal?.removeEventListener("abort", stop);
    await killGroup(child);
    await quietly(shown);
  }
}
