import { chromium, type Browser } from 'playwright-core'
import { temporaryFolder, type Tidy } from './cleanup.js'

/** The program that {@link startBrowser} runs; for `missingProgram`. */
export const browserProgram = 'chromium'

/**
 * Starts a Chromium without a window, with a profile of its own, that talks to
 * nobody by itself; it ends with the test.
 */
export async function startBrowser(t: Tidy): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: `/usr/bin/${browserProgram}`,
    env: { ...environment(), HOME: temporaryFolder(t) },
    // Beside what Playwright itself turns off.
    args: ['--disable-gpu', '--disable-quic'],
  })
  t.teardown(() => browser.close())
  return browser
}

function environment(): Record<string, string> {
  const known = Object.entries(process.env)
  return Object.fromEntries(
    known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
