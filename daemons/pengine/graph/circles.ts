/**
 * Actions that wait for each other. None of them can ever begin, and a transition that holds them
 * would never end.
 *
 * @module
 */

/** Something that waits for others, by their numbers. */
export interface Waiting {
  readonly id: number;
  readonly inputs: readonly number[];
}

interface Mark {
  readonly index: number;
  low: number;
  open: boolean;
}

/** The numbers of each circle: Tarjan's algorithm, without recursion. */
export function circlesOf(all: readonly Waiting[]): readonly (readonly number[])[] {
  const inputs = new Map(all.map((one) => [one.id, one.inputs]));
  const marks = new Map<number, Mark>();
  const stack: number[] = [];
  const circles: number[][] = [];
  for (const { id: start } of all) {
    if (marks.has(start)) continue;
    const path: { readonly id: number; readonly mark: Mark; at: number }[] = [];
    const enter = (id: number): void => {
      const mark = { index: marks.size, low: marks.size, open: true };
      marks.set(id, mark);
      stack.push(id);
      path.push({ id, mark, at: 0 });
    };
    enter(start);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const to = inputs.get(step.id)![step.at++];
      if (to !== undefined) {
        const other = marks.get(to);
        if (other?.open) step.mark.low = Math.min(step.mark.low, other.index);
        else if (other === undefined && inputs.has(to)) enter(to);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) above.mark.low = Math.min(above.mark.low, step.mark.low);
      if (step.mark.low !== step.mark.index) continue;
      const members = stack.splice(stack.lastIndexOf(step.id));
      for (const member of members) marks.get(member)!.open = false;
      if (members.length > 1 || inputs.get(step.id)!.includes(step.id)) circles.push(members);
    }
  }
  return circles;
}
