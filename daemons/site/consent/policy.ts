/**
 * The operator's policy: what plugins may be granted at most, and whose signatures count.
 *
 * @example
 * ```json
 * { "allow": { "stonith/*": { "net": ["10.0.9.0/24"] } },
 *   "signatures": { "required": true, "keys": { "alice": "…base64…" } } }
 * ```
 *
 * @module
 */
import type { PermissionName } from "../../../metadata/manifest.ts";
import { isPermission, permissionExample } from "../../../metadata/permission.ts";
import type { Policy } from "../../../metadata/policy.ts";
import { exact, list, type Shape, table, text, yesOrNo } from "../../../metadata/shape.ts";
import type { SignaturePolicy } from "./signature.ts";
import { readLaidDown } from "./verify.ts";

/** All that an operator has laid down; what is left out is not restricted. */
export interface OperatorPolicy {
  /** Without it, a manifest that was consented to is granted what it asks. */
  readonly allow?: Policy;
  /** What is asked of signatures. */
  readonly signatures?: SignaturePolicy;
}

const base64 = text(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "base64");

/** A slip in what is allowed could allow more than was meant, such as `10.0.9.0/` every address. */
const entries = (name: PermissionName): Shape<readonly string[]> =>
  list((entry, at, wrong): entry is string => {
    if (typeof entry === "string" && (entry === "*" || isPermission(name, entry))) return true;
    wrong.push(
      `${at}: ${
        JSON.stringify(entry)
      } is not a permission of kind ${name}; expected "*" or, as an ` +
        `example, ${permissionExample(name)}`,
    );
    return false;
  });

const policyShape = exact({}, {
  allow: table(
    /^(\*|[a-z][a-z0-9_]*\/(\*|[a-z][a-z0-9_]*))$/,
    exact({}, {
      net: entries("net"),
      read: entries("read"),
      write: entries("write"),
      run: entries("run"),
      env: entries("env"),
      ffi: entries("ffi"),
      sys: entries("sys"),
    }),
  ),
  signatures: exact({ required: yesOrNo, keys: table(/^/, base64) }, { revoked: list(base64) }),
});

/**
 * Reads a policy; one that is not there restricts nothing.
 * @throws {DiagnosticError} if it is malformed, or everybody may write it
 */
export async function readPolicy(file: URL): Promise<OperatorPolicy> {
  return await readLaidDown(
    file,
    policyShape,
    "write it as daemons/site/consent/README.md shows",
  ) ??
    {};
}
