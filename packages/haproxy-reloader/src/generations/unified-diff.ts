/** One line of what leads from one text to another. */
interface Edit {
  readonly sign: ' ' | '-' | '+'
  readonly line: string
}

/** How many unchanged lines are shown around a change. */
const contextLines = 3

/** With more lines than this to take out and put in, what differs is replaced as a whole. */
const mostEdits = 400

/**
 * What leads from one text to another, as `diff -u` and `patch` know it; empty
 * where the texts are equal.
 *
 * @param names - what the two are called in the head
 */
export function unifiedDiff(
  before: string,
  after: string,
  names: readonly [string, string],
): string {
  if (before === after) return ''
  const a = linesOf(before)
  const b = linesOf(after)
  const start = sharedLength(a, b, (lines, i) => lines[i])
  const end = sharedLength(
    a.slice(start),
    b.slice(start),
    (lines, i) => lines[lines.length - 1 - i],
  )
  const first = Math.max(0, start - contextLines)
  const edits = [
    ...a.slice(first, start).map(kept),
    ...editsBetween(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end, a.length - end + contextLines).map(kept),
  ]
  return [`--- ${names[0]}`, `+++ ${names[1]}`, ...hunks(edits, first), ''].join('\n')
}

function kept(line: string): Edit {
  return { sign: ' ', line }
}

function linesOf(text: string): string[] {
  if (text === '') return []
  return text.endsWith('\n')
    ? text.slice(0, -1).split('\n')
    : `${text}\n\\ No newline at end of file`.split(/\n(?!\\ No newline)/)
}

function sharedLength(
  a: readonly string[],
  b: readonly string[],
  at: (lines: readonly string[], i: number) => string | undefined,
): number {
  const most = Math.min(a.length, b.length)
  let shared = 0
  while (shared < most && at(a, shared) === at(b, shared)) shared++
  return shared
}

/** The fewest edits, by Myers' algorithm: how far one gets with ever more of them. */
function editsBetween(a: readonly string[], b: readonly string[]): Edit[] {
  const furthest = new Map([[1, 0]])
  const trace: Map<number, number>[] = []
  for (let count = 0; count <= Math.min(a.length + b.length, mostEdits); count++) {
    trace.push(new Map(furthest))
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = startOn(furthest, diagonal, count)
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++
      furthest.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return editsAlong(trace, a, b)
    }
  }
  return [
    ...a.map((line): Edit => ({ sign: '-', line })),
    ...b.map((line): Edit => ({ sign: '+', line })),
  ]
}

/** Where one arrives on a diagonal by one more edit: by putting a line in, or by taking one out. */
function startOn(furthest: ReadonlyMap<number, number>, diagonal: number, count: number): number {
  const below = furthest.get(diagonal - 1) ?? -1
  const above = furthest.get(diagonal + 1) ?? -1
  return isPutIn(diagonal, count, below, above) ? above : below + 1
}

function isPutIn(diagonal: number, count: number, below: number, above: number): boolean {
  return diagonal === -count || (diagonal !== count && below < above)
}

/** Goes back from the end, edit by edit, the way that was found. */
function editsAlong(
  trace: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
): Edit[] {
  const edits: Edit[] = []
  let x = a.length
  let y = b.length
  for (let count = trace.length - 1; count >= 0; count--) {
    const furthest = trace[count] ?? new Map<number, number>()
    const diagonal = x - y
    const below = furthest.get(diagonal - 1) ?? -1
    const above = furthest.get(diagonal + 1) ?? -1
    const putIn = isPutIn(diagonal, count, below, above)
    const startX = count === 0 ? 0 : putIn ? above : below + 1
    while (x > startX) edits.push({ sign: ' ', line: a[--x] ?? '' })
    y = x - diagonal
    if (count === 0) break
    if (putIn) edits.push({ sign: '+', line: b[--y] ?? '' })
    else edits.push({ sign: '-', line: a[--x] ?? '' })
  }
  return edits.toReversed()
}

/** Changes with some lines around them; those that lie close together share one hunk. */
function* hunks(edits: readonly Edit[], before: number): Generator<string> {
  let [lineA, lineB, next] = [before, before, 0]
  const skip = (to: number) => {
    for (; next < to; next++) {
      if (edits[next]?.sign !== '+') lineA++
      if (edits[next]?.sign !== '-') lineB++
    }
  }
  const changeFrom = (from: number) => edits.findIndex((edit, i) => i >= from && edit.sign !== ' ')
  for (let change = changeFrom(0); change >= 0; change = changeFrom(next)) {
    skip(Math.max(next, change - contextLines))
    const from = next
    const [startA, startB] = [lineA, lineB]
    let last = change
    for (let i = change; i >= 0 && i - last <= 2 * contextLines + 1; i = changeFrom(i + 1)) last = i
    skip(Math.min(edits.length, last + 1 + contextLines))
    yield `@@ -${range(startA, lineA)} +${range(startB, lineB)} @@`
    yield* edits.slice(from, next).map(({ sign, line }) => sign + line)
  }
}

/** Lines from `start` on, counted from 0, as a hunk's head names them. */
function range(start: number, end: number): string {
  return `${end > start ? start + 1 : start},${end - start}`
}
