/**
 * The file of keys, in the format of heartbeat's `authkeys`:
 *
 *     auth 1
 *     1 sha1 correct-horse-battery
 *     2 sha256 staple
 *
 * A weak entry (a key of a few letters, ignored words) is a warning.
 *
 * `auth N` names the entry that signs; a packet is verified with the entry that it names, with that
 * entry's own method and key. `#` begins a comment at the start of a line. A key is one word.
 *
 * Two errors that the original accepts are rejected here. An entry without a key (`crc`) beside one
 * with a key lets anyone send accepted packets, since the packet chooses the entry. And a file that
 * other users can read is not secret.
 *
 * @module
 */
import type { Checked, Diagnostic } from "../../metadata/diagnostic.ts";

/** Methods that take a key. */
const keyed = ["md5", "sha1", "sha256", "aes256gcm"];
/** Methods that take none. */
const unkeyed = ["crc"];
/** Numbers of entries. */
const authnumMax = 15;
/** Characters of a key below which it can be guessed by who has captured one packet. */
const keyCharactersMin = 8;

/** One entry. */
export interface AuthEntry {
  readonly authnum: number;
  /** Plugin of kind `auth`, without the kind. */
  readonly method: string;
  readonly key?: string;
}

/** What the file says. */
export interface Authkeys {
  readonly entries: readonly AuthEntry[];
  /** The entry that signs. */
  readonly current: number;
}

/** What parts the words of a line; other spaces may stand in a key, as in the original. */
const space = /[ \t\r\v\f]+/;

/** The reading of the file: what was found so far. */
interface Reading {
  readonly diagnostics: Diagnostic[];
  readonly entries: Map<number, AuthEntry>;
  /** Where each entry stands, those that cannot be used too. */
  readonly lines: Map<number, number>;
  /** The line that says which entry signs. */
  current: { readonly authnum: number; readonly line: number } | undefined;
}

/** Reports a problem of one line. */
type Report = (what: string, why: string, fix: string) => void;

const reportAt = (
  { diagnostics }: Reading,
  severity: Diagnostic["severity"],
  line: number,
): Report =>
(what, why, fix) =>
  void diagnostics.push({ severity, path: ["authkeys"], line, what, why, fix, code: "HA1006" });

/**
 * Reads the text of the file.
 *
 * @param mode the file's mode: others than the owner may have no right to it.
 * @param use `looking`: captured packets are looked at, nothing is signed or carried out; then what
 *   is only dangerous on a cluster is a warning.
 */
export function readAuthkeys(
  text: string,
  mode: number,
  use: "cluster" | "looking" = "cluster",
): Checked<Authkeys> {
  const reading: Reading = {
    diagnostics: [],
    entries: new Map(),
    lines: new Map(),
    current: undefined,
  };
  const { diagnostics } = reading;
  const dangerous = use === "cluster" ? "error" : "warning";
  if ((mode & 0o077) !== 0) {
    reportAt(reading, dangerous, 1)(
      `the mode of the file is ${(mode & 0o777).toString(8).padStart(4, "0")}`,
      "other users than its owner can read or change the keys",
      "chmod 600",
    );
  }
  if (text.startsWith("\ufeff")) {
    reportAt(reading, "warning", 1)(
      "the file begins with an invisible byte order mark",
      "this node ignores it; a C node reads it as part of the first word",
      "save the file as UTF-8 without a byte order mark",
    );
  }
  text.replace(/^\ufeff/, "").split("\n").forEach((line, at) => readLine(reading, line, at + 1));
  refuseOpen(reading, dangerous);
  refuseUnsigned(reading);
  const { entries, current } = reading;
  return diagnostics.some(({ severity }) => severity === "error") || current === undefined
    ? { ok: false, diagnostics }
    : {
      ok: true,
      value: { entries: [...entries.values()], current: current.authnum },
      warnings: diagnostics,
    };
}

function readLine(reading: Reading, text: string, line: number): void {
  const [first = "", second = "", key, ...unread] = text.split(space).filter((word) => word !== "");
  if (first === "" || first.startsWith("#")) return;
  const wrong = reportAt(reading, "error", line);
  const number = first === "auth" ? second : first;
  const authnum = Number(number);
  if (!/^\d{1,2}$/.test(number) || authnum > authnumMax) {
    wrong(
      `"${number}" is not the number of an entry`,
      `expected a number from 0 to ${authnumMax}`,
      "write `auth N` once, and `N method key` for each entry",
    );
  } else if (first === "auth") reading.current = { authnum, line };
  else if (reading.lines.has(authnum)) {
    wrong(`entry ${authnum} appears twice`, "one of them would never be used", "remove one");
  } else {
    reading.lines.set(authnum, line);
    takeEntry(reading, { authnum, method: second, ...(key === undefined ? {} : { key }) }, wrong);
    if (key !== undefined && keyed.includes(second)) {
      weigh(authnum, key, unread.length, reportAt(reading, "warning", line));
    }
  }
}

/** Takes an entry that can be used. */
function takeEntry({ entries }: Reading, entry: AuthEntry, wrong: Report): void {
  const { authnum, method, key } = entry;
  if (![...keyed, ...unkeyed].includes(method)) {
    wrong(
      `"${method}" is not a method of authentication`,
      `the methods are ${[...unkeyed, ...keyed].join(", ")}`,
      "use one of them",
    );
  } else if (keyed.includes(method) && key === undefined) {
    wrong(`entry ${authnum} has no key`, `${method} needs one`, "write the key after the method");
  } else if (unkeyed.includes(method) && key !== undefined) {
    wrong(`entry ${authnum} has a key`, `${method} uses none`, "remove it, or use sha1");
  } else if (key?.includes("\ufffd") === true) {
    wrong(
      `the key of entry ${authnum} is not UTF-8`,
      "the other nodes may use other bytes as the key",
      "write the file in UTF-8 on every node; a C node uses the same bytes",
    );
  } else entries.set(authnum, entry);
}

/** What is weak about a key. */
function weigh(authnum: number, key: string, unread: number, weak: Report): void {
  if (unread > 0) {
    const words = unread === 1 ? "word follows" : "words follow";
    weak(
      `${unread} more ${words} the key of entry ${authnum}`,
      "a key is one word; the rest of the line is ignored",
      "write a passphrase without blanks, on every node",
    );
  }
  if (key.length < keyCharactersMin) {
    weak(
      `the key of entry ${authnum} has ${key.length} of at least ${keyCharactersMin} characters`,
      "anyone who has captured one packet can guess it",
      "use 20 random letters and digits",
    );
  }
}

/** Entries that anybody could use, beside those with keys. */
function refuseOpen(reading: Reading, severity: Diagnostic["severity"]): void {
  const all = [...reading.entries.values()];
  const open = all.filter(({ key }) => key === undefined);
  for (const { authnum } of open.length < all.length ? open : []) {
    reportAt(reading, severity, reading.lines.get(authnum) ?? 1)(
      `entry ${authnum} needs no key, beside entries that have one`,
      "a packet chooses the entry that verifies it, so anyone could send with this one",
      "remove it",
    );
  }
}

/** A file by which nothing could be signed. */
function refuseUnsigned(reading: Reading): void {
  const { current, lines } = reading;
  if (current === undefined) {
    reportAt(reading, "error", 1)(
      "there is no line `auth N`",
      "this node could not sign",
      "add `auth N` with the entry that signs",
    );
  } else if (!lines.has(current.authnum)) {
    reportAt(reading, "error", current.line)(
      `entry ${current.authnum} must sign, but does not exist`,
      "this node could not sign",
      `add a line that begins with ${current.authnum}`,
    );
  }
}

/**
 * What is weak because of how the keys are used: `crc` proves nothing, and is for lines that nobody else
 * can reach.
 *
 * @param linesAlone whether all links are serial lines.
 */
export function warningsOfUse({ entries }: Authkeys, linesAlone: boolean): readonly Diagnostic[] {
  return entries.filter(({ method }) => method === "crc" && !linesAlone).map(({ authnum }) => ({
    severity: "warning",
    path: ["authkeys"],
    what: `entry ${authnum} is crc`,
    why: "it detects only broken packets: anyone who reaches a network link controls the cluster",
    fix: "use sha256 with a key; crc is for serial lines",
    code: "HA1006",
  }));
}
