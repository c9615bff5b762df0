/** One line of a side of a difference. */
export interface DiffLine {
  /** Number of the line in its text, from 1. */
  readonly number: number
  readonly text: string
}

/** One row of a difference: a line before and a line after, one of them, or a heading. */
export type DiffRow =
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'same' | 'changed'
      readonly before?: DiffLine | undefined
      readonly after?: DiffLine | undefined
    }

/** A side of a hunk: the next number, the lines that are left, and the block that is read. */
interface Side {
  number: number
  left: number
  block: DiffLine[]
}

/** Returns the rows of a unified difference of any number of files, side by side. */
export function sideBySide(diff: string): readonly DiffRow[] {
  const rows: DiffRow[] = []
  let [before, after] = [side(1, 0), side(1, 0)]
  const endBlock = () => {
    for (let i = 0; i < Math.max(before.block.length, after.block.length); i++)
      rows.push({ kind: 'changed', before: before.block[i], after: after.block[i] })
    before.block = []
    after.block = []
  }
  for (const line of diff.trimEnd().split('\n')) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line)?.slice(1)
    const isInHunk = before.left > 0 || after.left > 0
    if (isInHunk && line.startsWith('-')) before.block.push(next(before, line))
    else if (isInHunk && line.startsWith('+')) after.block.push(next(after, line))
    else {
      endBlock()
      if (hunk) {
        const [from = 1, lines = 1, to = 1, more = 1] = hunk.map(each => Number(each ?? 1))
        before = side(from, lines)
        after = side(to, more)
      }
      const isText = isInHunk && !hunk && !line.startsWith('\\')
      rows.push(
        isText
          ? { kind: 'same', before: next(before, line), after: next(after, line) }
          : { kind: 'heading', text: line },
      )
    }
  }
  endBlock()
  return rows.filter(row => row.kind !== 'heading' || row.text !== '')
}

function side(number: number, left: number): Side {
  return { number, left, block: [] }
}

function next(one: Side, line: string): DiffLine {
  one.left--
  return { number: one.number++, text: line.slice(1) }
}
