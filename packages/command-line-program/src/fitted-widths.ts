/** Columns that the last column keeps, as it holds sentences. */
const leastSentence = 24

/** Columns that every other column keeps. */
const leastWidth = 4

/**
 * Returns the widths of columns that fit into `width` with `gap` between them.
 * The last column gets narrower first, then the widest of the others.
 */
export function fittedWidths(
  natural: readonly number[],
  { width, gap }: { readonly width: number; readonly gap: number },
): readonly number[] {
  const widths = natural.slice(0, -1)
  const last = natural.at(-1) ?? 0
  const room = width - gap * widths.length
  const leastLast = Math.min(last, leastSentence)
  for (let excess = sum(widths) + leastLast - room; excess > 0; excess--) {
    const widest = Math.max(...widths)
    if (widest <= leastWidth) break
    widths[widths.indexOf(widest)] = widest - 1
  }
  return [...widths, Math.max(leastLast, Math.min(last, room - sum(widths)))]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
