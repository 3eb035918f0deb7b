/**
 * Whether parameters can be given to a program at all, and what an operation comes to where they
 * cannot.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { RaOperation, RaResult } from "../contract.ts";
import { rc, say } from "./result.ts";

/** Names that a shell can read from its environment. */
const name = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Parameters of one operation, and bytes of one (the kernel's bound) and of all. */
const parametersMax = 1_024;
const bytesMax = 128 * 1024 - 512;
const allBytesMax = 1024 * 1024;

/** Names of the cluster's own parameters, which are no parameters of the agent. */
export const isMeta = (name: string): boolean =>
  name.startsWith("CRM_meta_") || name === "crm_feature_set";

/** All that is wrong with parameters as such, a line each. */
export function unusable(
  parameters: Readonly<Record<string, string>>,
  isName: (name: string) => boolean = (one) => name.test(one),
): readonly string[] {
  const problems: string[] = [];
  const entries = Object.entries(parameters);
  if (entries.length > parametersMax) {
    problems.push(`${entries.length} parameters, at most ${parametersMax} can be given`);
  }
  let bytes = 0;
  for (const [name, value] of entries.slice(0, parametersMax)) {
    const shown = JSON.stringify(name.slice(0, 64));
    const length = new TextEncoder().encode(`${name}${value}`).length;
    bytes += length;
    if (!isName(name) && !isMeta(name)) {
      problems.push(withCode(
        "HA7008",
        `${shown} cannot be the name of a parameter. Fix: use the names in the agent's meta-data`,
      ));
    } else if (name.includes("=") || name.includes("\0")) {
      problems.push(withCode("HA7008", `${shown} cannot be the name of a parameter`));
    }
    if (value.includes("\0")) {
      const why = `the value of ${shown} holds a NUL character, which no program can receive`;
      problems.push(withCode("HA7008", why));
    }
    if (length > bytesMax) {
      const why = `the value of ${shown} has ${length} bytes, at most ${bytesMax} can be given`;
      problems.push(withCode("HA7008", why));
    }
  }
  if (bytes > allBytesMax) {
    problems.push(`all parameters have ${bytes} bytes, at most ${allBytesMax}`);
  }
  return problems;
}

/**
 * With such parameters nothing was ever started: a probe finds nothing, and a stop has nothing to
 * do. Another answer would have the node fenced for a mistake in the configuration.
 */
export function withoutParameters(
  { action, intervalMs }: Pick<RaOperation, "action" | "intervalMs">,
  why: string,
): RaResult {
  if (action === "stop") return say(rc.ok, `Nothing to stop, since nothing could start: ${why}`);
  if (action === "monitor" && intervalMs === 0) return say(rc.notRunning, why);
  return say(rc.notConfigured, why);
}
