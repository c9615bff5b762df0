import { splicesBetween } from '../sequence-splices.js'

/** A place where a text differs from the one before it. */
export interface TextSplice {
  /** Offset in the text before. */
  readonly at: number
  readonly removed: string
  readonly added: string
}

/** A place of this length is not divided further. */
const shortPlace = 2048
/** Characters that are compared at a time. */
const chunk = 4096

/** Returns the places where two texts differ, in order: the lines that changed, or less. */
export function textSplices(before: string, after: string): readonly TextSplice[] {
  if (before === after) return []
  const start = commonStart(before, after)
  const end = commonEnd(before, after, start)
  const removed = before.slice(start, before.length - end)
  const added = after.slice(start, after.length - end)
  if (Math.max(removed.length, added.length) <= shortPlace) return [{ at: start, removed, added }]
  return lineSplices(before, after, { start, end })
}

/** Returns the text after its changes. */
export function withSplices(before: string, splices: readonly TextSplice[]): string {
  let text = ''
  let from = 0
  for (const { at, removed, added } of splices) {
    text += before.slice(from, at) + added
    from = at + removed.length
  }
  return text + before.slice(from)
}

/** Returns the text before its changes. */
export function withoutSplices(after: string, splices: readonly TextSplice[]): string {
  let moved = 0
  const back = splices.map(({ at, removed, added }) => {
    const splice = { at: at + moved, removed: added, added: removed }
    moved += added.length - removed.length
    return splice
  })
  return withSplices(after, back)
}

function lineSplices(
  before: string,
  after: string,
  { start, end }: { readonly start: number; readonly end: number },
): readonly TextSplice[] {
  const from = start === 0 ? 0 : before.lastIndexOf('\n', start - 1) + 1
  const lineFeed = before.indexOf('\n', before.length - end)
  const rest = end === 0 || lineFeed < 0 ? 0 : before.length - lineFeed - 1
  const old = linesOf(before.slice(from, before.length - rest))
  const offsets = [from]
  for (const line of old) offsets.push((offsets.at(-1) ?? 0) + line.length)
  return splicesBetween(old, linesOf(after.slice(from, after.length - rest))).map(
    ({ at, removed, added }) => ({
      at: offsets[at] ?? 0,
      removed: removed.join(''),
      added: added.join(''),
    }),
  )
}

/** Splits a text into lines, each with its line feed. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let n = 0
  while (n + chunk <= most && a.slice(n, n + chunk) === b.slice(n, n + chunk)) n += chunk
  while (n < most && a[n] === b[n]) n++
  return n
}

function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start
  const part = (text: string, n: number) => text.slice(text.length - n - chunk, text.length - n)
  let n = 0
  while (n + chunk <= most && part(a, n) === part(b, n)) n += chunk
  while (n < most && a[a.length - 1 - n] === b[b.length - 1 - n]) n++
  return n
}
