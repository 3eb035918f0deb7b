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
import { z } from "zod";
import { permissionNames, type Permissions } from "../../../metadata/manifest.ts";
import { isPermission, permissionExample } from "../../../metadata/permission.ts";
import type { Policy } from "../../../metadata/policy.ts";
import type { SignaturePolicy } from "./signature.ts";
import { readLaidDown } from "./verify.ts";

/** All that an operator has laid down; what is left out is not restricted. */
export interface OperatorPolicy {
  /** Without it, a manifest that was consented to is granted what it asks. */
  readonly allow?: Policy;
  /** What is asked of signatures. */
  readonly signatures?: SignaturePolicy;
}

/** A slip in what is allowed could allow more than was meant, such as `10.0.9.0/` every address. */
function refuseMalformed(allowed: Permissions, context: z.RefinementCtx<Permissions>): void {
  for (const name of permissionNames) {
    for (const [at, entry] of (allowed[name] ?? []).entries()) {
      if (entry === "*" || isPermission(name, entry)) continue;
      const message = `"${entry}" is not a permission of kind ${name}; expected "*" or, as an ` +
        `example, ${permissionExample(name)}`;
      context.addIssue({ code: "custom", path: [name, at], message });
    }
  }
}

const policySchema: z.ZodType<OperatorPolicy> = z.strictObject({
  allow: z.record(
    z.string().regex(/^(\*|[a-z][a-z0-9_]*\/(\*|[a-z][a-z0-9_]*))$/),
    z.partialRecord(z.enum(permissionNames), z.array(z.string())).superRefine(refuseMalformed),
  ).exactOptional(),
  signatures: z.strictObject({
    required: z.boolean(),
    keys: z.record(z.string(), z.base64()),
    revoked: z.array(z.base64()).exactOptional(),
  }).exactOptional(),
});

/**
 * Reads a policy; one that is not there restricts nothing.
 * @throws {DiagnosticError} if it is malformed, or everybody may write it
 */
export async function readPolicy(file: URL): Promise<OperatorPolicy> {
  return await readLaidDown(
    file,
    policySchema,
    "write it as daemons/site/consent/README.md shows",
  ) ??
    {};
}
