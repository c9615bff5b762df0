import { chromium, type Browser } from 'playwright-core'
import { temporaryFolder, type Tidy } from './cleanup.js'

/** Name of the program that {@link startBrowser} runs; for `missingProgram`. */
export const browserProgram = 'chromium'

/**
 * Starts a headless Chromium with a new profile and without background
 * traffic. It ends with the test.
 */
export async function startBrowser(t: Tidy): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: `/usr/bin/${browserProgram}`,
    env: { ...environment(), HOME: temporaryFolder(t) },
    // In addition to the features that Playwright disables.
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
