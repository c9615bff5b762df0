/** Returns the names that a misspelled name may stand for, the nearest first; none if no name is close to it. */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  const most = Math.min(2, Math.floor(name.length / 3))
  return known
    .map(one => ({ one, changes: distance(one.toLowerCase(), name.toLowerCase()) }))
    .filter(({ changes }) => changes <= most)
    .toSorted((a, b) => a.changes - b.changes)
    .map(({ one }) => one)
}

/** Returns the number of letters to change, add or remove (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
