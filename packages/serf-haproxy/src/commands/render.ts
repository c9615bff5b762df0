import { closeSync, fchmodSync, fchownSync, fstatSync, openSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { unifiedDiff } from 'haproxy-reloader/files'
import { AgentError } from '../agent-error.js'
import { fileOwnership, type FileOwnership } from '../configuration/file-ownership.js'
import { readIfPresent } from '../configuration/read-if-present.js'
import { Option } from 'commander'
import { withoutSecretPlaces } from '../redaction/secret-places.js'
import { shownText } from '../redaction/shown.js'
import { configuredCommand } from './configured-command.js'
import { readConfiguration } from './read-configuration.js'
import { failToWrite, print, printJson, printText } from './print.js'
import { renderNow, type RenderFlags } from './render-now.js'

/** `serf-haproxy render`. */
export const renderCommand = configuredCommand(
  'render',
  'print the HAProxy configuration for the current members, and the files of outputs',
)
  .option('--no-members', 'render empty pools, without a Serf agent')
  .option('--file <path>', 'only this file: that of an output, of a route map, or of HAProxy')
  .addOption(
    new Option(
      '--out <file>',
      'write the configuration, or the file of --file, instead of printing',
    ).conflicts('diff'),
  )
  .option('--diff', 'print how it differs from the files of HAProxy, as a unified diff')
  .addOption(
    new Option('--json', 'with --diff: print the difference as JSON').implies({ diff: true }),
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 success, with --diff no difference; 1 with --diff a difference; 2 wrong usage or input.',
  )
  .action(render)

interface Flags extends RenderFlags {
  readonly file?: string
  readonly out?: string
  readonly diff?: true
  readonly json?: true
}

/** A file as the agent would write it. */
interface PlannedFile {
  readonly path: string
  /** Name of the file in errors. */
  readonly what?: string
  readonly text: string
}

async function render(flags: Flags): Promise<void> {
  const configuration = readConfiguration(flags)
  const { rendering } = await renderNow(configuration, flags)
  const { text, files = [] } = rendering.rendered
  const main = { path: configuration.haproxy.configFile, text, what: 'haproxy.configFile' }
  const all = [main, ...files]
  const chosen = flags.file === undefined ? all : [chosenFile(all, resolve(flags.file))]
  if (flags.diff) showDifferences(chosen, flags.json === true)
  else if (flags.out !== undefined)
    write(flags.out, chosen[0]?.text ?? '', fileOwnership(configuration))
  else if (chosen.length === 1) printText(shownConfiguration(chosen[0]?.text ?? ''))
  else printText(chosen.map(headed).join('\n'))
}

function chosenFile(files: readonly PlannedFile[], path: string): PlannedFile {
  const found = files.find(file => file.path === path)
  if (found) return found
  const expected = files.map(file => file.path).join(', ')
  throw new AgentError('configuration', `--file: expected one of ${expected}, got ${path}`)
}

/** Returns a file for reading, under its path. */
function headed({ path, text }: PlannedFile): string {
  return `==> ${shownText(path)} <==\n${shownConfiguration(text)}`
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

function showDifferences(files: readonly PlannedFile[], isJson: boolean): void {
  const found = files.map(({ path: file, text, what = file }) => {
    const before = readIfPresent(file, what)
    const names = [before === undefined ? '/dev/null' : file, 'rendering'] as const
    return { file, difference: withoutSecretPlaces(unifiedDiff(before ?? '', text, names)) }
  })
  const [first, ...others] = found
  const differences = found.map(({ difference }) => difference)
  if (isJson) printJson({ ...first, ...(others.length > 0 && { files: others }) })
  else if (differences.some(each => each !== '')) print(differences.join('').trimEnd())
  if (differences.some(each => each !== '')) process.exitCode = 1
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
