/**
 * Questions and orders to `ip`.
 *
 * @module
 */

/** What came of a call. */
export interface Ran {
  readonly ok: boolean;
  readonly out: string;
  /** Its complaint, on one line. */
  readonly said: string;
}

/** Runs a program with arguments that nobody reads as code. */
export async function run(program: string, args: readonly string[]): Promise<Ran> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const words = decoder.decode(stderr).trim().replaceAll("\n", "; ");
  return {
    ok: success,
    out: decoder.decode(stdout),
    said: `${program} ${args.join(" ")}: ${words || "failed"}`,
  };
}

/** Whether an address is on an interface. */
export type There =
  | { readonly is: "on"; readonly up: boolean; readonly prefix?: number }
  | { readonly is: "off" }
  | { readonly is: "unknown"; readonly why: string; readonly missing: boolean };

/** Looks. */
export async function isOn(
  { ip, address, nic }: { readonly ip: string; readonly address: string; readonly nic: string },
): Promise<There> {
  const { ok, out, said } = await run(ip, ["-json", "address", "show", "dev", nic]);
  if (!ok) return { is: "unknown", why: said, missing: /does not exist/.test(said) };
  const [link] = listIn(out);
  const held = listOf(link?.["addr_info"]).find((one) => same(one["local"], address));
  if (held === undefined) return { is: "off" };
  const flags = link?.["flags"];
  const { prefixlen } = held;
  return {
    is: "on",
    up: Array.isArray(flags) && flags.includes("UP"),
    ...(typeof prefixlen === "number" ? { prefix: prefixlen } : {}),
  };
}

/** IPv6 addresses have several spellings; a URL knows one. */
const same = (one: unknown, other: string): boolean =>
  typeof one === "string" && spelt(one) === spelt(other);

const spelt = (address: string): string =>
  address.includes(":") && URL.canParse(`http://[${address}]`)
    ? new URL(`http://[${address}]`).hostname
    : address;

type Entry = Readonly<Record<string, unknown>>;

function listIn(json: string): readonly Entry[] {
  const value: unknown = JSON.parse(json.trim() === "" ? "[]" : json);
  return listOf(value);
}

const listOf = (value: unknown): readonly Entry[] =>
  Array.isArray(value)
    ? value.filter((one): one is Entry => typeof one === "object" && one !== null)
    : [];
