/**
 * Compares what the policy engine gave with what was expected, by the programs that come with the
 * cases: one Python process for all of them.
 *
 * @module
 */

/** How one case fared. */
export interface Comparison {
  /** Dot equal; graph equal at level `graph`; graph equal at level `full`. */
  readonly dot: boolean;
  readonly graph: boolean;
  readonly full: boolean;
  /** Sections of the summary; `executing` as a multiset, `exact` in order too. */
  readonly current: boolean;
  readonly actions: boolean;
  readonly executing: boolean;
  readonly revised: boolean;
  readonly exact: boolean;
  /** The scores, line by line; true where none were asked of the oracle. */
  readonly scores: boolean;
  /** The first differences, for people; the mere order of what is executed is none. */
  readonly differences: readonly string[];
}

const program = `
import json, os, sys
folder, want, got = sys.argv[1:4]
sys.path.insert(0, folder)
sys.dont_write_bytecode = True
import canon_exp, compare, compare_summary
def attempt(differences, what, make):
    try: found = make()
    except Exception as problem: found = [repr(problem)]
    differences += [what + ': ' + d for d in found[:3]]
    return not found
out = {}
for name in sys.stdin.read().split():
    d = []
    pair = lambda kind: [f'{f}/{kind}/{name}.{kind}' for f in (want, got)]
    r = dict(dot=attempt(d, 'dot', lambda: compare.diff(*pair('dot'))),
             graph=attempt(d, 'graph', lambda: canon_exp.diff(*pair('exp'), 'graph')),
             full=attempt(d, 'full', lambda: canon_exp.diff(*pair('exp'), 'full')))
    try: s = compare_summary.cmp(*pair('summary'))
    except Exception as problem:
        s = {}; d.append('summary: ' + repr(problem))
    r['executing'] = s.get('exec-set', False)
    for k in ('current', 'actions', 'revised'): r[k] = s.get(k, False)
    r['exact'] = all(s.values()) and bool(s)
    for k, v in s.items():
        if v or k == 'exec': continue
        w, g = [compare_summary.sections(f).get(k.split('-')[0], []) for f in pair('summary')]
        d += [f'summary: {k}: - ' + l for l in w if l not in g][:2] + [f'summary: {k}: + ' + l for l in g if l not in w][:2]
        if sorted(w) == sorted(g): d.append(f'summary: {k}: in another order')
    r['scores'] = True
    if os.path.exists(f'{want}/scores/{name}.scores'):
        w, g = [sorted(l.rstrip() for l in open(f, errors='replace') if l.strip()) for f in pair('scores')]
        r['scores'] = w == g
        d += ['scores: - ' + l for l in w if l not in g][:2] + ['scores: + ' + l for l in g if l not in w][:2]
    r['differences'] = d
    out[name] = r
json.dump(out, sys.stdout)
`;

/**
 * Compares cases.
 *
 * @param comparators the folder of `compare.py` and the others.
 * @param want the folder of expected results, with `dot/`, `exp/`, `summary/` in it; `got`: ours.
 */
export async function compare(
  comparators: string,
  want: string,
  got: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Comparison>> {
  const child = new Deno.Command("python3", {
    args: ["-c", program, comparators, want, got],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(names.join("\n")));
  await writer.close();
  const { code, stdout } = await child.output();
  if (code !== 0) throw new Error(`The comparison ended with code ${code}`);
  const found = JSON.parse(new TextDecoder().decode(stdout)) as Record<string, Comparison>;
  return new Map(Object.entries(found));
}
