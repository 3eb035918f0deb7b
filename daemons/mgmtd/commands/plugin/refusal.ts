/**
 * What is not taken into the lock although the person agrees, unless it is asked for by name.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Locked } from "../../../site/consent/lock.ts";
import { ownKindReason } from "../../../site/consent/own_kinds.ts";
import { type SignaturePolicy, signatureProblem } from "../../../site/consent/signature.ts";
import type { Call, Option } from "../../command.ts";
import { exit } from "../../exit.ts";
import { isOlder } from "./semver.ts";

/** The options that ask for it. */
export const refusalOptions: Readonly<Record<string, Option>> = {
  downgrade: { type: "boolean", summary: "Also accept an older version" },
  ffi: { type: "boolean", summary: "Also accept a third-party plugin that calls libraries" },
};

/** Why a plugin is not taken, and the exit code of that. */
export interface Refusal {
  readonly why: string;
  readonly code: number;
}

/** What is taken into a lock. */
interface Wanted {
  readonly id: string;
  readonly locked: Locked;
  /** Whether the project has a plugin of that identity. */
  readonly isOurs: boolean;
}

/**
 * Why a plugin is not taken as it is now; undefined if it may be.
 * @param before what the lock said so far
 */
export async function refusalOf(
  { id, locked, isOurs }: Wanted,
  before: Locked | undefined,
  { options }: Pick<Call, "options">,
  signatures?: SignaturePolicy,
): Promise<Refusal | undefined> {
  const { manifest: { version }, granted, shipped } = locked;
  // A kind that is not the project's has a stranger's handler.
  const own = shipped || (id.startsWith("handler/") && !isOurs) ? undefined : ownKindReason(id);
  if (own !== undefined) {
    return {
      why: withCode("HA2011", `${own}. Fix: ha plugin dev tries it without a node`),
      code: exit.permission,
    };
  }
  const unsigned = await signatureProblem(locked, signatures);
  if (unsigned !== undefined) {
    const fix = "add its author's key to plugins.policy.json, or ask for a signature";
    return { why: withCode("HA2003", `${unsigned}. Fix: ${fix}`), code: exit.permission };
  }
  if (before !== undefined && isOlder(version, before.manifest.version) && !options.downgrade) {
    const older = `${version} is older than ${before.manifest.version}, which is in the lock`;
    return {
      why: withCode("HA2004", `${older}. Fix: use --downgrade to accept it`),
      code: exit.unsafe,
    };
  }
  const libraries = granted.ffi?.filter((one) => !before?.granted.ffi?.includes(one)) ?? [];
  if (!shipped && libraries.length > 0 && !options.ffi) {
    const asks = `it asks to call ${libraries.join(", ")}, with which it may do anything`;
    return {
      why: withCode("HA2005", `${asks}. Fix: use --ffi if you trust it fully`),
      code: exit.permission,
    };
  }
  return undefined;
}
