import { closeSync, fchmodSync, fchownSync, fstatSync, openSync, writeFileSync } from 'node:fs'
import { unifiedDiff } from 'haproxy-reloader/files'
import { fileOwnership, type FileOwnership } from '../configuration/file-ownership.js'
import { readIfPresent } from '../configuration/read-if-present.js'
import { Option } from 'commander'
import { withoutSecretPlaces } from '../redaction/secret-places.js'
import { shownText } from '../redaction/shown.js'
import { configuredCommand, readConfiguration } from './configured-command.js'
import { failToWrite, print, printJson, printText } from './print.js'
import { renderNow, type RenderFlags } from './render-now.js'

/** `serf-haproxy render`. */
export const renderCommand = configuredCommand(
  'render',
  'print the HAProxy configuration for the current members',
)
  .option('--no-members', 'render empty pools, without a Serf agent')
  .addOption(new Option('--out <file>', 'write to a file instead of printing').conflicts('diff'))
  .option('--diff', 'print how it differs from the file of HAProxy, as a unified diff')
  .addOption(
    new Option('--json', 'with --diff: print the difference as JSON').implies({ diff: true }),
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 success, with --diff no difference; 1 with --diff a difference; 2 wrong usage or input.',
  )
  .action(render)

interface Flags extends RenderFlags {
  readonly out?: string
  readonly diff?: true
  readonly json?: true
}

async function render(flags: Flags): Promise<void> {
  const configuration = readConfiguration(flags)
  const { rendering } = await renderNow(configuration, flags)
  const { text } = rendering.rendered
  if (flags.diff) showDifference(configuration.haproxy.configFile, text, flags.json === true)
  else if (flags.out === undefined) printText(shownConfiguration(text))
  else write(flags.out, text, fileOwnership(configuration))
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

function showDifference(file: string, text: string, isJson: boolean): void {
  const before = readIfPresent(file)
  const names = [before === undefined ? '/dev/null' : file, 'rendering'] as const
  const difference = withoutSecretPlaces(unifiedDiff(before ?? '', text, names))
  if (isJson) printJson({ file, difference })
  else if (difference !== '') print(difference.trimEnd())
  if (difference !== '') process.exitCode = 1
}

/** Writes a file with the mode, owner and group that HAProxy's own is to have. */
function write(path: string, text: string, { mode, uid, gid }: FileOwnership): void {
  try {
    const file = openSync(path, 'w', 0o600)
    try {
      // A terminal or a pipe has an owner and a mode of its own.
      if (fstatSync(file).isFile()) {
        if (uid !== undefined || gid !== undefined) fchownSync(file, uid ?? -1, gid ?? -1)
        if (mode !== undefined) fchmodSync(file, mode)
      }
      writeFileSync(file, text)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    failToWrite(path, error)
  }
}
