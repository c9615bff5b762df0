import { writeFileSync } from 'node:fs'
import { withoutSecretPlaces } from '../redaction/secret-places.js'
import { shownText } from '../redaction/shown.js'
import { configuredCommand, readConfiguration } from './configured-command.js'
import { failToWrite, printText } from './print.js'
import { renderNow, type RenderFlags } from './render-now.js'

/** `serf-haproxy render`. */
export const renderCommand = configuredCommand(
  'render',
  'print the HAProxy configuration for the current members',
)
  .option('--no-members', 'render empty pools, without a Serf agent')
  .option('--out <file>', 'write to a file instead of printing')
  .action(render)

async function render(flags: RenderFlags & { out?: string }): Promise<void> {
  const { rendering } = await renderNow(readConfiguration(flags), flags)
  const { text } = rendering.rendered
  if (flags.out === undefined) printText(shownConfiguration(text))
  else write(flags.out, text)
}

/**
 * Returns a configuration for reading: without secrets, and safe for a terminal.
 * If that differs from the text, HAProxy refuses it: it would run with another
 * password.
 */
function shownConfiguration(text: string): string {
  const shown = shownText(withoutSecretPlaces(text))
  return shown === text
    ? text
    : `[shown without secrets and control characters; --out FILE writes the configuration itself]\n${shown}`
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 })
  } catch (error) {
    failToWrite(file, error)
  }
}
