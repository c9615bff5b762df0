/** Tells people what goes on, while it goes on. */
export interface ProgressReporter {
  say(text: string): void
  /** Shows that something is under way, with its seconds; resolves as it does. */
  during<T>(what: string, action: () => Promise<T>): Promise<T>
}

/** A reporter on stderr; `isQuiet` leaves everything out. */
export function createProgressReporter({ isQuiet }: { isQuiet: boolean }): ProgressReporter {
  const { stderr } = process
  if (isQuiet) return { say: () => {}, during: (_, action) => action() }
  return {
    say: text => void stderr.write(`${text}\n`),

    async during(what, action) {
      const startedAt = performance.now()
      const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1)
      // A terminal's line is written over; a file gets one line when all is done.
      const redraw = () => void stderr.write(`\r  … ${what} (${seconds()} s)`)
      const timer = stderr.isTTY ? setInterval(redraw, 500) : undefined
      if (stderr.isTTY) redraw()
      try {
        return await action()
      } finally {
        clearInterval(timer)
        stderr.write(`${stderr.isTTY ? '\r\u001b[K' : ''}  · ${what} (${seconds()} s)\n`)
      }
    },
  }
}
