/**
 * The maximum that an operator allows plugins to be granted.
 *
 * @module
 */
import { type Diagnostic, problem } from "./diagnostic.ts";
import { type PermissionName, permissionNames, type Permissions } from "./manifest.ts";

/** The operator's allowed permissions, by plugin: `stonith/ipmi`, `stonith/*` or `*`. */
export type Policy = Readonly<Record<string, Permissions>>;

/**
 * The entries of a grant that the policy rejects: one diagnostic each, with the command that would
 * grant it. Without a policy, nothing is rejected.
 */
export function refusals(id: string, granted: Permissions, policy?: Policy): Diagnostic[] {
  if (policy === undefined) return [];
  const rules = [policy["*"], policy[`${id.split("/")[0]}/*`], policy[id]];
  return permissionNames.flatMap((name) => {
    const allowed = rules.flatMap((rule) => rule?.[name] ?? []);
    const refused = (granted[name] ?? []).filter((entry) =>
      !allowed.some((wide) => wide === "*" || covers(name, wide, entry))
    );
    return refused.map((entry) =>
      problem(
        ["permissions", name],
        `"${id}" asks ${name} "${entry}"`,
        "the operator's policy does not allow it",
        `if it is right, run: ha plugin trust ${id} --allow-${name}=${entry}`,
      )
    );
  });
}

/** Whether a permission `wide` contains the permission `narrow`. */
export function covers(name: PermissionName, wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (name === "read" || name === "write") return narrow.startsWith(`${wide}/`);
  if (name !== "net" || wide.startsWith("unix:")) return false;
  const host = narrow.replace(/:\d+$/, "");
  const [network = "", bits] = wide.split("/");
  const [net, address] = [ipv4Number(network), ipv4Number(host)];
  if (bits === undefined || net === undefined || address === undefined) return host === wide;
  const divisor = 2 ** (32 - Number(bits));
  return Math.floor(net / divisor) === Math.floor(address / divisor);
}

function ipv4Number(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
