/**
 * What is wrong with a call, collected, so that the command reports all of it at once.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { unknownName } from "../../../metadata/nearest.ts";
import type { Draft } from "./document/draft.ts";
import type { Problem } from "./operation.ts";
import type { XmlElement } from "@std/xml";

/** The collection. */
export class Problems {
  readonly all: Problem[] = [];

  get found(): boolean {
    return this.all.length > 0;
  }

  /** Nothing has that name. */
  missing(what: string, name: string, known: Iterable<string>): void {
    const text = `There is no ${what} ${unknownName(name, known)} Fix: take a name that exists`;
    this.all.push({ exit: "noSuch", text: withCode("HA0006", text) });
  }

  /** A value is not what its place takes. */
  wrong(text: string): void {
    this.all.push({ exit: "invalidParameter", text: withCode("HA0002", text) });
  }

  /** Something is there already. */
  exists(text: string): void {
    this.all.push({ exit: "exists", text: withCode("HA0015", text) });
  }

  /** The change is not possible in this configuration. */
  impossible(text: string): void {
    this.all.push({ exit: "badData", text: withCode("HA0016", text) });
  }
}

/** The resource of this id; else a problem. */
export function resourceIn(draft: Draft, id: string, problems: Problems): XmlElement | undefined {
  const found = draft.resource(id);
  if (found === undefined) problems.missing("resource", id, draft.resourceIds());
  return found;
}

/** The name of a node, as the configuration writes it; else a problem. */
export function nodeIn(draft: Draft, name: string, problems: Problems): string | undefined {
  const { uname, id } = draft.node(name)?.attributes ?? {};
  const found = uname ?? id;
  if (found === undefined) problems.missing("node", name, draft.nodeNames());
  return found;
}

/** A new id, which must be one of XML and free; else a problem. @returns whether it is good. */
export function isNewId(draft: Draft, what: string, id: string, problems: Problems): boolean {
  if (!/^[\p{L}_][\p{L}\p{N}._-]{0,254}$/u.test(id)) {
    problems.wrong(
      `"${id}" cannot be the name of a ${what}: it takes letters, digits, ".", "-" and "_", does not ` +
        "begin with a digit, and has at most 255 characters. Fix: take another name, as web-1",
    );
    return false;
  }
  const there = draft.byId(id);
  if (there === undefined) return true;
  problems.exists(
    `The id "${id}" is taken by a ${there.name.raw}. Fix: take another name for the ${what}`,
  );
  return false;
}

/** `NAME=VALUE` words as a map; an empty value removes the name. */
export function pairsIn(words: readonly string[], problems: Problems): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const word of words) {
    const at = word.indexOf("=");
    const name = at < 0 ? word : word.slice(0, at);
    if (at <= 0 || !/^[\p{L}_#][\p{L}\p{N}._:#-]*$/u.test(name)) {
      problems.wrong(
        `"${word}" is no NAME=VALUE. Fix: write it like ip=10.0.0.5; NAME= removes one`,
      );
    } else if (found.has(name)) {
      problems.wrong(`"${name}" is given twice. Fix: give it once`);
    } else {
      const value = word.slice(at + 1);
      found.set(name, value === "" ? null : value);
    }
  }
  return found;
}

/** A score: a whole number from -1000000 to 1000000, or INFINITY with or without a sign. */
export function scoreIn(text: string, problems: Problems): string | undefined {
  const canonical = /^[+-]?INFINITY$/i.test(text)
    ? text.toUpperCase().replace(/^\+/, "")
    : /^[+-]?\d{1,7}$/.test(text)
    ? String(Number(text))
    : undefined;
  if (canonical !== undefined) return canonical;
  problems.wrong(
    `"${text}" is no score. Fix: write a whole number from -1000000 to 1000000, INFINITY or -INFINITY`,
  );
  return undefined;
}
