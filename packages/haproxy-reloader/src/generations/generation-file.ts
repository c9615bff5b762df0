import { createHash } from 'node:crypto'
import { ReloadError } from '../reload-error.js'
import { brokenGeneration, type KeptGeneration } from './generation.js'
import type { StoredGeneration } from './stored-generation.js'

/** The content of a generation's file, with its checksum. */
export type GenerationFile = { readonly sha256: string } & (
  | {
      readonly stored: StoredGeneration
      readonly kept?: undefined
    }
  | {
      readonly stored?: undefined
      /** Of format 1, which older versions wrote: with its whole configuration and its difference. */
      readonly kept: KeptGeneration
    }
)

const format = 2
/** That of a generation with files, which older versions would leave out. */
const filesFormat = 3
const wholeFormat = 1

/** Formats a generation as a file of two lines: a checksum, and the generation as JSON. */
export function fileOfGeneration(generation: StoredGeneration): {
  readonly text: string
  readonly sha256: string
} {
  const body = JSON.stringify(generation)
  const sha256 = checksum(body)
  const hasFiles = generation.whole?.files !== undefined || generation.before.files !== undefined
  const head = { format: hasFiles ? filesFormat : format, sha256 }
  return { text: `${JSON.stringify(head)}\n${body}\n`, sha256 }
}

/**
 * Parses a generation's file.
 *
 * @throws ReloadError `broken-generation` if the file was changed.
 */
export function generationOfFile(path: string, number: number, file: string): GenerationFile {
  const [head = '', body = ''] = file.split('\n')
  const broken = (what: string, cause?: unknown) => brokenGeneration(path, number, what, cause)
  try {
    const { format: version, sha256 } = JSON.parse(head) as Record<string, unknown>
    if (!isKnown(version)) throw broken(otherFormat(version))
    if (sha256 !== checksum(body)) throw broken('was changed')
    const generation = JSON.parse(body) as StoredGeneration & KeptGeneration
    if (generation.number !== number) throw broken(`holds generation ${generation.number}`)
    if (version === wholeFormat) return { sha256, kept: generation }
    if (!generation.before) throw broken('holds no configuration')
    return { sha256, stored: generation }
  } catch (error) {
    throw error instanceof ReloadError ? error : broken('was changed', error)
  }
}

function isKnown(version: unknown): boolean {
  return version === wholeFormat || version === format || version === filesFormat
}

function otherFormat(found: unknown): string {
  const isNewer = typeof found === 'number' && found > filesFormat
  const writer = isNewer ? 'was written by a newer version, which can read it' : 'is invalid'
  return `${writer}: expected format ${wholeFormat} to ${filesFormat}, got ${JSON.stringify(found)}`
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
