import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import type { Services } from './service-description.js'
import { parseDescription } from './parse-description.js'
import { ServiceError } from '../service-error.js'

/** Files that a program is in, by the end of their names. */
const modules = new Set(['.js', '.mjs', '.ts', '.mts'])

/**
 * Reads a description: from a YAML file a map `services` by name, from a
 * JavaScript module its default export. A TypeScript module needs a Node that
 * reads TypeScript, which 22.18 is the first to do by itself.
 *
 * @throws ServiceError, with the file in its message, or the signal's reason
 * when it is aborted
 */
export async function loadDescription(
  file: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Services> {
  signal?.throwIfAborted()
  try {
    return parseDescription(
      modules.has(extname(file)) ? await fromModule(file) : await fromYaml(file, signal),
    )
  } catch (cause) {
    signal?.throwIfAborted()
    const code = cause instanceof ServiceError ? cause.code : 'invalid-description'
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ServiceError(code, `${file}: ${reason}`, { cause })
  }
}

async function fromYaml(file: string, signal?: AbortSignal): Promise<unknown> {
  const text = await readFile(file, { encoding: 'utf8', ...(signal ? { signal } : {}) })
  const document: unknown = parse(text)
  if (typeof document === 'object' && document !== null && 'services' in document) {
    return document.services
  }
  throw new ServiceError('invalid-description', 'expected a map `services`, got no services')
}

async function fromModule(file: string): Promise<unknown> {
  const exported = (await import(pathToFileURL(resolve(file)).href)) as { default?: unknown }
  if (exported.default !== undefined) return exported.default
  throw new ServiceError(
    'invalid-description',
    'expected a default export that is the map of services, got none',
  )
}
