/**
 * Reads `haresources` of release 1, as far as to tell what it asks for: which groups there are, of
 * what, and where they should run. Resources are made in the CIB; this says what to make.
 *
 *     node1 10.0.0.5/24/eth0 Filesystem::/dev/sdb1::/data::ext4 apache
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import { isIPv6 } from "../../../metadata/special/mod.ts";

/** One resource of a group. */
export interface ResourceScript {
  /** Name of the script; a bare address means `IPaddr`, or `IPv6addr`. */
  readonly script: string;
  readonly args: readonly string[];
}

/** One group, which moves as a whole. */
export interface ResourceGroup {
  readonly line: number;
  /** The node that should have it. */
  readonly node: string;
  readonly resources: readonly ResourceScript[];
}

/** Groups, and what is wrong. */
export interface Haresources {
  readonly groups: readonly ResourceGroup[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the text.
 *
 * @param nodes names of the cluster's nodes, in lower case.
 */
export function readHaresources(text: string, nodes: readonly string[]): Haresources {
  const groups: ResourceGroup[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { line, words } of logicalLines(text)) {
    const report = (
      severity: Diagnostic["severity"],
      what: string,
      why: string,
      fix: string,
    ) =>
      diagnostics.push({
        severity,
        path: ["haresources"],
        line,
        what,
        why,
        fix,
        code: "HA1009",
      });
    const [first = "", ...rest] = words;
    const node = first.toLowerCase();
    if (!nodes.includes(node)) {
      report(
        "error",
        `"${first}" is not a node of ha.cf`,
        "expected the node that should run the group at the start of the line",
        `write one of ${nodes.join(", ")}`,
      );
      continue;
    }
    if (rest.length === 0) {
      report("error", `${first} has no resource`, "a group needs at least one", "remove the line");
      continue;
    }
    const resources = rest.map(scriptOf);
    for (const { script } of resources) {
      if (/^[\w.-]+$/.test(script)) continue;
      report(
        "error",
        `${JSON.stringify(script.slice(0, 40))} is not the name of a script`,
        "expected a script in /etc/ha.d/resource.d or /etc/init.d",
        "write NAME::ARGUMENT::...",
      );
    }
    groups.push({ line, node, resources });
    const names = resources.map(({ script, args }) => [script, ...args].join("::"));
    report(
      "warning",
      `the group ${names[0]} is not imported`,
      "resources are in the CIB, not in a file of each node",
      `make a group of ${names.join(", ")} there, and let it prefer ${node}`,
    );
  }
  return { groups, diagnostics };
}

/** A word of a group: a script with its arguments, or the address of one. */
function scriptOf(word: string): ResourceScript {
  if (/^\d+\.\d+\.\d+\.\d+(\/|$)/.test(word)) return { script: "IPaddr", args: [word] };
  if (isIPv6(addressPart(word))) return { script: "IPv6addr", args: [word] };
  const [script = "", ...args] = word.split("::");
  // "::" parts arguments, and stands in addresses of IPv6.
  const whole = args.join("::");
  return isIPv6(addressPart(whole)) ? { script, args: [whole] } : { script, args };
}

/** What stands before the bits and the interface. */
const addressPart = (text: string): string => text.split("/", 1)[0] ?? "";

/** Lines without comments; one that ends with a backslash goes on in the next. */
function logicalLines(text: string): { readonly line: number; readonly words: string[] }[] {
  const lines: { line: number; words: string[] }[] = [];
  let begun: { line: number; words: string[] } | undefined;
  text.replace(/^\ufeff/, "").split("\n").forEach((whole, at) => {
    const plain = whole.replace(/#.*/, "").trimEnd();
    const goesOn = plain.endsWith("\\");
    const words = plain.replace(/\\$/, "").split(/\s+/).filter((word) => word !== "");
    begun ??= { line: at + 1, words: [] };
    begun.words.push(...words);
    if (goesOn) return;
    if (begun.words.length > 0) lines.push(begun);
    begun = undefined;
  });
  if (begun !== undefined && begun.words.length > 0) lines.push(begun);
  return lines;
}
