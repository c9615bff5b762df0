import { join, resolve } from 'node:path'
import { AgentError } from '../agent-error.js'
import { originalPath, textIfPresent } from './adopted-files.js'
import { adopt, type Adoption, type AdoptionOptions } from './adoption.js'
import { debianAccount, debianFile } from './debian-place.js'
import { isRenderingOf } from './first-rendering.js'
import { readHaproxyUnit, type HaproxyUnit } from './haproxy-unit.js'
import { readSource, readSources } from './source-files.js'

/** The files to adopt, and the folder that was adopted into. */
export interface AdoptFilesOptions extends Omit<AdoptionOptions, 'mayAdopt' | 'unit' | 'account'> {
  /** Files of the command line; those of the unit, or Debian's, if empty. */
  readonly files: readonly string[]
  /** Folder that may have the copy of a file which the agent writes now. */
  readonly out: string
}

/** An adoption, and the unit that loads the file. */
export interface AdoptedUnit {
  readonly adoption: Adoption
  readonly unit: HaproxyUnit | undefined
  /** Folder that stands for `/`. */
  readonly root: string
}

/**
 * Reads the files and adopts one of them. A file that the agent writes already is
 * adopted as it was before.
 *
 * @throws AgentError `configuration`, with file, line and remedy
 */
export async function adoptFiles(options: AdoptFilesOptions): Promise<AdoptedUnit> {
  const { root, out } = options
  const found = readHaproxyUnit(root)
  const account = debianAccount(root)
  const ofUnit = found?.start.files
    .map(file => join(root, resolve(found.start.folder ?? '/', file)))
    // With the package's drop-in HAProxy loads what the agent writes in place of this file.
    .map(path => (path === account?.configFile ? join(root, debianFile) : path))
  const named = options.files.map(file => resolve(file))
  const given = named.length > 0 ? named : (ofUnit ?? [join(root, debianFile)])
  const isOfUnit = ofUnit !== undefined && (await areAmong(given, ofUnit))
  const paths = isOfUnit ? ofUnit : given
  const unit = isOfUnit ? found : undefined
  const read = await readSources(paths)
  const mayAdopt = (await readSources(given)).files.map(({ path }) => path)
  const originals = new Map(
    mayAdopt.flatMap(path => {
      const text = textIfPresent(originalPath(out, path))
      return text === undefined || text === textOf(read, path) ? [] : [[path, text] as const]
    }),
  )
  const sources = originals.size === 0 ? read : await readSources(paths, originals)
  const adoption = adopt(sources, { ...options, unit, account, mayAdopt })
  const { file, template } = adoption
  if (originals.has(file.path) && !isRenderingOf(readSource(file.path), template.rendering)) {
    const copy = originalPath(out, file.path)
    const message = `${file.path}: expected the text of ${copy}, with or without members, got another one: it was edited after adopt; move ${copy} and the files next to it away, or name another folder with --out`
    throw new AgentError('configuration', message)
  }
  return { adoption, unit, root }
}

async function areAmong(paths: readonly string[], loaded: readonly string[]): Promise<boolean> {
  const all = new Set(
    (await readSources(loaded).catch(() => undefined))?.files.map(({ path }) => path),
  )
  return paths.every(path => loaded.includes(path) || all.has(path))
}

function textOf({ files }: Awaited<ReturnType<typeof readSources>>, path: string) {
  return files.find(file => file.path === path)?.text
}
