/** Reports progress at the terminal. */
export interface ProgressReporter {
  say(text: string): void
  /** Shows an action and its seconds while it runs; settles as the action does. */
  during<T>(what: string, action: () => Promise<T>): Promise<T>
}

/** Returns a reporter on stderr; `isQuiet` silences it. */
export function createProgressReporter({ isQuiet }: { isQuiet: boolean }): ProgressReporter {
  const { stderr } = process
  if (isQuiet) return { say: () => {}, during: (_, action) => action() }
  return {
    say: text => void stderr.write(`${text}\n`),

    async during(what, action) {
      const startedAt = performance.now()
      const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1)
      // On a terminal the line is replaced; a file gets one line at the end.
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
