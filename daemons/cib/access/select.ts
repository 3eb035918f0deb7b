/**
 * The elements of a document that an XPath names, at a bounded cost.
 *
 * @module
 */
import type { Place, PlacedDocument } from "./placed.ts";
import type { Expression, Step } from "./xpath.ts";

/** Elements that the paths of one user's rules look at, at most. */
const visitsMax = 2_000_000;

/** What the paths of one user's rules may still cost. */
export class Visits {
  left: number;

  constructor(max: number = visitsMax) {
    this.left = max;
  }

  /** @throws {RangeError} if it is too much. */
  take(count: number): void {
    this.left -= count;
    if (this.left < 0) {
      throw new RangeError(`its path looks at more than ${visitsMax} elements`);
    }
  }
}

/** An attribute is known by its owner and its name. */
interface Attribute {
  readonly owner: Place;
  readonly name: string;
}
type Item = Place | Attribute;
type Value = readonly Item[] | string | boolean;

const isAttribute = (item: Item): item is Attribute => "owner" in item;

/**
 * The elements that a path names; for an attribute its element, for the document its root.
 *
 * @throws {RangeError} if it costs too much.
 */
export function select(
  expression: Expression,
  placed: PlacedDocument,
  visits: Visits,
): ReadonlySet<Place> {
  const found = new Selecting(placed, visits).value(expression, placed.document);
  const places = new Set<Place>();
  if (typeof found !== "object") return places;
  for (const item of found) {
    const place = isAttribute(item) ? item.owner : item;
    places.add(place === placed.document ? placed.root : place);
  }
  return places;
}

class Selecting {
  readonly #placed: PlacedDocument;
  readonly #visits: Visits;

  constructor(placed: PlacedDocument, visits: Visits) {
    this.#placed = placed;
    this.#visits = visits;
  }

  value(expression: Expression, from: Item): Value {
    this.#visits.take(1);
    switch (expression.type) {
      case "text":
        return expression.text;
      case "union":
        return [
          ...new Set(expression.of.flatMap((one) => {
            const value = this.value(one, from);
            return typeof value === "object" ? value : [];
          })),
        ];
      case "path":
        return this.#path(expression, from);
      case "or":
        return isTrue(this.value(expression.left, from)) ||
          isTrue(this.value(expression.right, from));
      case "and":
        return isTrue(this.value(expression.left, from)) &&
          isTrue(this.value(expression.right, from));
      case "=":
      case "!=":
        return this.#compare(
          this.value(expression.left, from),
          this.value(expression.right, from),
          expression.type,
        );
      case "call":
        return this.#call(expression.name, expression.of, from);
    }
  }

  #call(name: string, of: readonly Expression[], from: Item): Value {
    const values = of.map((one) => this.value(one, from));
    const [first = "", second = ""] = values;
    switch (name) {
      case "not":
        return !isTrue(first);
      case "contains":
        return this.#text(first).includes(this.#text(second));
      case "starts-with":
        return this.#text(first).startsWith(this.#text(second));
      case "true":
        return true;
      case "false":
        return false;
      default:
        return isAttribute(from) ? from.name : from.element?.name.raw ?? "";
    }
  }

  #path(
    { absolute, steps }: Extract<Expression, { readonly type: "path" }>,
    from: Item,
  ): readonly Item[] {
    let at: ReadonlySet<Item> = new Set([absolute ? this.#placed.document : from]);
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index]!;
      const next = steps[index + 1];
      const isAnywhere = step.axis === "descendant-or-self" && step.test === "node()" &&
        step.conditions.length === 0;
      // `//name` of the whole document: what can be there is known.
      if (isAnywhere && next?.axis === "child" && at.size === 1 && at.has(this.#placed.document)) {
        at = this.#fit(this.#everywhere(next), next);
        index++;
      } else {
        const reached = new Set<Item>();
        for (const item of at) for (const one of this.#along(item, step)) reached.add(one);
        at = this.#fit(reached, step);
      }
    }
    return [...at];
  }

  /** Elements that a child step can name anywhere in the document. */
  #everywhere({ test, conditions }: Step): readonly Place[] {
    const { byId, byTag, all } = this.#placed;
    const id = conditions.map(idAskedFor).find((one) => one !== undefined);
    if (id !== undefined) return byId.get(id) ?? [];
    return test === "*" || test === "node()" ? all : byTag.get(test) ?? [];
  }

  *#along(item: Item, { axis, test }: Step): Generator<Item> {
    this.#visits.take(1);
    if (isAttribute(item)) {
      // Of an attribute there is only what is above it.
      if (axis === "self") yield item;
      else if (axis === "parent") yield item.owner;
      else if (axis.startsWith("ancestor")) yield* above(item.owner);
      return;
    }
    switch (axis) {
      case "self":
        return yield item;
      case "child":
        this.#visits.take(item.children.length);
        return yield* item.children;
      case "parent":
        if (item.parent !== undefined) yield item.parent;
        return;
      case "ancestor":
        if (item.parent !== undefined) yield* above(item.parent);
        return;
      case "ancestor-or-self":
        return yield* above(item);
      case "attribute": {
        const { attributes = {} } = item.element ?? {};
        for (const name of test === "*" ? Object.keys(attributes) : [test]) {
          if (attributes[name] !== undefined) yield { owner: item, name };
        }
        return;
      }
      case "descendant":
        return yield* this.#below(item);
      case "descendant-or-self":
        yield item;
        return yield* this.#below(item);
    }
  }

  *#below(place: Place): Generator<Place> {
    for (const child of place.children) {
      this.#visits.take(1);
      yield child;
      yield* this.#below(child);
    }
  }

  #fit(items: Iterable<Item>, { test, conditions }: Step): ReadonlySet<Item> {
    const fitting = new Set<Item>();
    for (const item of items) {
      this.#visits.take(1);
      const name = isAttribute(item) ? item.name : item.element?.name.raw;
      if (test !== "node()" && (name === undefined || (test !== "*" && test !== name))) continue;
      if (conditions.every((one) => isTrue(this.value(one, item)))) fitting.add(item);
    }
    return fitting;
  }

  #compare(left: Value, right: Value, by: "=" | "!="): boolean {
    if (typeof left === "boolean" || typeof right === "boolean") {
      return (isTrue(left) === isTrue(right)) === (by === "=");
    }
    const texts = (value: readonly Item[] | string) =>
      typeof value === "string" ? [value] : value.map((item) => this.#textOf(item));
    const others = texts(right);
    return texts(left).some((one) =>
      others.some((other) => {
        this.#visits.take(1);
        return (one === other) === (by === "=");
      })
    );
  }

  #text(value: Value): string {
    if (typeof value === "string") return value;
    if (typeof value === "boolean") return String(value);
    const [first] = value;
    return first === undefined ? "" : this.#textOf(first);
  }

  #textOf(item: Item): string {
    if (isAttribute(item)) return item.owner.element?.attributes[item.name] ?? "";
    this.#visits.take(1);
    let text = "";
    for (const child of item.element?.children ?? []) {
      if (child.type === "text" || child.type === "cdata") text += child.text;
    }
    return text;
  }
}

function* above(place: Place): Generator<Place> {
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) yield at;
}

const isTrue = (value: Value): boolean => typeof value === "boolean" ? value : value.length > 0;

/** The id that a condition asks for, alone or with others. */
function idAskedFor(condition: Expression): string | undefined {
  if (condition.type === "and") {
    return idAskedFor(condition.left) ?? idAskedFor(condition.right);
  }
  if (condition.type !== "=") return undefined;
  const { left, right } = condition;
  return isId(left) && right.type === "text" ? right.text : undefined;
}

const isId = (of: Expression): boolean =>
  of.type === "path" && !of.absolute && of.steps.length === 1 &&
  of.steps[0]?.axis === "attribute" && of.steps[0].test === "id";
