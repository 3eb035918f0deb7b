/**
 * The operator's policy file: what plugins may be granted at most, and whose signatures count.
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
import { DiagnosticError } from "../metadata/diagnostic.ts";
import { filePath } from "./found.ts";
import { permissionNames, type Policy } from "./grant.ts";
import type { SignaturePolicy } from "./signature.ts";
import { readPlain } from "./verify.ts";

/** All that an operator has laid down; what is left out is not restricted. */
export interface OperatorPolicy {
  /** By plugin, see `Policy`; without it, a manifest that was consented to is granted what it asks. */
  readonly allow?: Policy | undefined;
  /** What is asked of signatures. */
  readonly signatures?: SignaturePolicy | undefined;
}

const entries = z.array(z.string().min(1)).optional();
const policySchema = z.strictObject({
  allow: z.record(
    z.string().regex(/^(\*|[a-z][a-z0-9_]*\/(\*|[a-z][a-z0-9_]*))$/),
    z.strictObject(Object.fromEntries(permissionNames.map((name) => [name, entries]))),
  ).optional(),
  signatures: z.strictObject({
    required: z.boolean(),
    keys: z.record(z.string(), z.base64()),
    revoked: z.array(z.base64()).optional(),
  }).optional(),
});

/**
 * Reads a policy; one that is not there restricts nothing.
 * @throws {DiagnosticError} if it is malformed, or everybody may write it
 */
export async function readPolicy(file: URL): Promise<OperatorPolicy> {
  try {
    const text = new TextDecoder().decode(
      await readPlain(filePath(file), { base: filePath(new URL("..", file)) }),
    );
    return policySchema.parse(JSON.parse(text)) as OperatorPolicy; // the schema is the type
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw new DiagnosticError("Cannot read the policy of plugins", [{
      severity: "error",
      path: [filePath(file)],
      what: "it is not to be used",
      why: error instanceof z.ZodError ? z.prettifyError(error) : String(error),
      mend: "write it as pils/README.md shows",
    }]);
  }
}
