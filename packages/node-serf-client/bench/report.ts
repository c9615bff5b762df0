export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Prints a time and, if another time is given, the ratio. */
export function row(name: string, ms: number, otherMs?: number): void {
  const ratio = otherMs === undefined ? '' : `   ${(otherMs / ms).toFixed(1)} × faster`
  print(`  ${name.padEnd(28)}${ms.toFixed(2).padStart(10)} ms${ratio}`)
}

/** Measures the median time of each function in milliseconds, alternately, after a warm-up. */
export async function medianMs<Name extends string>(
  functions: Readonly<Record<Name, () => Promise<unknown>>>,
  runs: number,
  warmUps = 5,
): Promise<Record<Name, number>> {
  const entries = Object.entries<() => Promise<unknown>>(functions)
  const times = new Map<string, number[]>(entries.map(([name]) => [name, []]))
  for (let run = -warmUps; run < runs; run++) {
    for (const [name, measured] of entries) {
      const start = performance.now()
      await measured()
      if (run >= 0) times.get(name)?.push(performance.now() - start)
    }
  }
  const medians = [...times].map(([name, list]) => [name, median(list)])
  return Object.fromEntries(medians) as Record<Name, number>
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

/** Measures each function once, in milliseconds. */
export function onceMs<Name extends string>(
  functions: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Record<Name, number>> {
  return medianMs(functions, 1, 0)
}
