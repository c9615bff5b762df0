import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AgentError } from '../agent-error.js'
import type { Adoption } from './adoption.js'

/** A file that adopt writes. */
export interface AdoptedFile {
  readonly path: string
  /** `unchanged` if it had the same bytes already. */
  readonly state: 'new' | 'unchanged' | 'overwritten'
}

/** Name of the agent's configuration file. */
const configurationName = 'serf-haproxy.yaml'

/** Returns the path of the copy of a configuration file as it was before adopt. */
export function originalPath(folder: string, configFile: string): string {
  return join(folder, `${basename(configFile)}.original`)
}

/** Returns the text of a file; undefined if there is none. */
export function textIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const message = `cannot read ${path}: ${(cause as Error).message}`
    throw new AgentError('configuration', message, { cause })
  }
}

/**
 * Writes the template, the agent's configuration and the copy of the original.
 * Files with the same bytes are left alone.
 *
 * @throws AgentError `configuration` if a file is there with other bytes, and nothing is written
 */
export function writeAdopted(
  { file, template, configuration, place }: Adoption,
  { folder, force, dryRun }: { folder: string; force: boolean; dryRun: boolean },
): readonly AdoptedFile[] {
  const texts = new Map([
    [join(folder, configurationName), configuration],
    [join(folder, `${basename(file.path)}.hbs`), template.source],
    [originalPath(folder, file.path), file.text],
  ])
  const files = [...texts].map(([path, text]): AdoptedFile => {
    const present = textIfPresent(path)
    const state = present === undefined ? 'new' : present === text ? 'unchanged' : 'overwritten'
    return { path, state }
  })
  const edited = files.filter(({ state }) => state === 'overwritten').map(({ path }) => path)
  if (edited.length > 0 && !force) {
    const message = `expected no ${edited.join(', ')}, or one as adopt writes it, got another text; nothing is overwritten: name another folder with --out, or overwrite your changes with --force`
    throw new AgentError('configuration', message)
  }
  const changed = files.filter(({ state }) => state !== 'unchanged')
  if (!dryRun) for (const { path } of changed) write(path, texts.get(path) ?? '', place?.gid)
  return files
}

/** Writes a file that only its owner and the agent's group can read: a configuration may have passwords. */
function write(path: string, text: string, gid: number | undefined): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: 0o600 })
    if (gid === undefined) return
    chownSync(path, process.getuid?.() ?? 0, gid)
    chmodSync(path, 0o640)
  } catch (cause) {
    const message = `cannot write ${path}: ${(cause as Error).message}; run as root, or name a folder that is yours with --out`
    throw new AgentError('configuration', message, { cause })
  }
}
