/**
 * What a write costs, counted the same on every node: a step of a daemon that takes seconds looks to
 * the other nodes like its death.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { XmlElement } from "@std/xml";
import type { CibChange } from "../runtime/messages.ts";
import { elementsOf } from "./bounds.ts";
import { childIndex, type PathStep } from "./path.ts";

/** Units of work of one write at most: some two seconds of a process in which everybody follows. */
export const workMax = 20_000_000;
/**
 * The same of a write that a coordinator has accepted, which may count otherwise: a node of another
 * version, or this one before an upgrade. Its own entries must never look damaged to a node.
 */
export const acceptedWorkMax = 4 * workMax;
/** After so many no further write is taken into an entry. */
export const entryWorkMax = workMax / 4;
/** After so many no further write of a client is checked in one step: other messages have their turn. */
export const turnWorkMax = 1_000_000;
/**
 * Units that a child costs which is looked at and copied: the cib does that when it checks, orders and
 * stores a write, and each daemon that follows it in the same process does it once more. What is read is
 * read once for all of them.
 */
const walkWork = 4;
/** Units that a tag and an attribute cost which are read. */
const tagWork = 100;
const attributeWork = 10;
/** Units that an attribute costs which is copied as another one of its element is set, by everybody. */
const copyWork = 60;
/** Units that an element costs which is compared with the one before it, and one that is checked. */
const elementWork = 20;
const checkWork = 80;

type Modification = Extract<CibChange, { readonly op: "modify" }>;

/** See the head of the file. */
export class Work {
  readonly #most: number;
  #done = 0;
  #begun = 0;

  constructor(most = workMax) {
    this.#most = most;
  }

  /** Units done, of all writes. */
  get done(): number {
    return this.#done;
  }

  /** The next write begins. */
  begin(): void {
    this.#begun = this.#done;
  }

  /** Whether changes can be read and checked at all: if not, not even the first of them is read. */
  expect(changes: readonly CibChange[]): void {
    const units = changes.reduce((sum, change) => sum + readWork(change) + newWork(change), 0);
    if (units > this.#most) throw tooMuch();
  }

  /** The XML of a change is to be read. */
  read(change: CibChange): void {
    this.#take(readWork(change));
  }

  /** An element is to be found and changed. */
  walk(root: XmlElement, steps: readonly PathStep[]): void {
    if (this.#most === Infinity) return;
    let element = root;
    for (const step of steps.slice(1)) {
      this.#take(walkWork * element.children.length);
      const child = element.children[childIndex(element, step)];
      if (child?.type !== "element") return;
      element = child;
    }
    this.#take(walkWork * element.children.length);
  }

  /** Attributes of an element are to be set: all that it has are copied, with each change of them. */
  modify({ attributes }: XmlElement, { set = {}, unset = [] }: Modification): void {
    if (this.#most === Infinity) return;
    const count = Object.keys(attributes).length + Object.keys(set).length + unset.length;
    this.#take(copyWork * count);
  }

  /** A document is to be compared with the one before it, and what changes bring to be checked. */
  look(root: XmlElement, changes: readonly CibChange[]): void {
    this.#done += elementWork * elementsOf(root);
    for (const change of changes) this.#take(newWork(change));
  }

  #take(units: number): void {
    this.#done += units;
    if (this.#done - this.#begun > this.#most) throw tooMuch();
  }
}

const tooMuch = (): RangeError =>
  new RangeError(
    withCode(
      "HA3012",
      "The CIB is not changed: these changes would hold up the cluster for too long. " +
        "Fix: write them in several parts",
    ),
  );

/** To read what a change brings. */
const readWork = (change: CibChange): number =>
  change.op !== "create" && change.op !== "replace"
    ? 0
    : tagWork * timesIn(change.xml, "<") + attributeWork * timesIn(change.xml, "=");

/** To check it. */
const newWork = (change: CibChange): number =>
  change.op !== "create" && change.op !== "replace" ? 0 : checkWork * timesIn(change.xml, "<");

function timesIn(text: string, character: string): number {
  let times = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) times++;
  return times;
}
