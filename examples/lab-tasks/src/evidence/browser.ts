import { access, constants, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { LabError } from 'serf-haproxy-lab'

const program = 'chromium'

/** Returns the path of Chromium; an error names the command that installs it. */
async function requireBrowser(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  throw new LabError(
    `${program} not found on the PATH, and the screenshots need it; install it with: sudo apt-get install -y ${program}`,
  )
}

/** A page in a Chromium without a window, with a profile of its own, that connects to no other host by itself. */
export async function openPage(): Promise<Page & AsyncDisposable> {
  const executablePath = await requireBrowser()
  const home = await mkdtemp(join(tmpdir(), 'serf-haproxy-browser-'))
  const browser = await chromium.launch({
    executablePath,
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
    // Beside what Playwright itself turns off.
    args: ['--disable-gpu', '--disable-quic'],
    // Ctrl-C is for the lab, which then ends the browser itself.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  // Low, as a picture of the whole page is at least as high.
  const page = await browser.newPage({ viewport: { width: 1500, height: 200 } })
  return Object.assign(page, {
    async [Symbol.asyncDispose]() {
      await browser.close()
      await rm(home, { recursive: true, force: true })
    },
  })
}
