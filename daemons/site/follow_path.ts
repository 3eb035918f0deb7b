/**
 * A path followed as the kernel follows it: one step after another, through each symbolic link. So all
 * places are known that decide what lies at its end, and not only those that its text names.
 *
 * @module
 */

/** What stands at a place: where a link leads, or nothing for what is no link. */
export interface Standing {
  readonly target?: string;
}

/** How far a path can be followed. */
export interface Followed {
  /** Folders and links on the way, in order, without what is at the end. */
  readonly through: readonly string[];
  /** What it leads to; undefined if nothing is there, or that is not known yet. */
  readonly end?: string;
  /** Places to look at before it can be followed further. */
  readonly unknown: readonly string[];
  /** Why it leads nowhere. */
  readonly problem?: string;
}

/** Links on one path at most: as many as the kernel follows. */
const linksMax = 40;

/**
 * @param path absolute.
 * @param known what stands where, as far as somebody has looked; undefined for what is not there.
 */
export function follow(
  path: string,
  known: ReadonlyMap<string, Standing | undefined>,
): Followed {
  const through: string[] = [];
  let at = "/";
  let links = 0;
  const steps = path.split("/");
  while (true) {
    const step = steps.shift();
    if (step === undefined) return { through, end: at, unknown: [] };
    if (step === "" || step === ".") continue;
    through.push(at);
    if (step === "..") {
      at = at.slice(0, at.lastIndexOf("/")) || "/";
      continue;
    }
    const next = at === "/" ? `/${step}` : `${at}/${step}`;
    if (!known.has(next)) return { through, unknown: guessed(next, steps) };
    const standing = known.get(next);
    if (standing === undefined) return { through, unknown: [] };
    if (standing.target === undefined) {
      at = next;
      continue;
    }
    through.push(next);
    if (++links > linksMax) {
      return { through, unknown: [], problem: `it leads through more than ${linksMax} links` };
    }
    if (standing.target.startsWith("/")) at = "/";
    steps.unshift(...standing.target.split("/"));
  }
}

/** The next place, and those behind it if no link is on the way: one look for all of them. */
function guessed(next: string, steps: readonly string[]): string[] {
  const places = [next];
  for (const step of steps) {
    if (step === "..") break;
    if (step !== "" && step !== ".") places.push(`${places.at(-1)}/${step}`);
  }
  return places;
}
