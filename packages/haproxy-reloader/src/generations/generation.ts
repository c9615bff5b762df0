import { createHash } from 'node:crypto'
import type { DesiredState } from '../plan/desired-state.js'
import type { Operation } from '../plan/plan.js'
import { ReloadError } from '../reload-error.js'

/** One configuration that HAProxy ran, and how it came to that. */
export interface Generation {
  /** From 1; goes on over restarts where generations are kept. */
  readonly number: number
  /** When it was applied, in milliseconds since 1970. */
  readonly at: number
  /** Why, in words: that of the call, or else that of the plan. */
  readonly cause: string
  /** How: `adopted` where HAProxy ran it already. */
  readonly via: 'runtime' | 'reload' | 'adopted'
  readonly plan: { readonly reason: string; readonly operations: readonly Operation[] }
  /** From the generation before, as `diff -u` writes it. */
  readonly diff: string
  /** From the call until HAProxy had it, in milliseconds. */
  readonly tookMs: number
}

/** A generation with all that is needed to apply it again. */
export interface KeptGeneration extends Generation, DesiredState {}

const format = 1

/** A generation as a file: a line that vouches for the next, which holds it all. */
export function fileOfGeneration(generation: KeptGeneration): string {
  const body = JSON.stringify(generation)
  return `${JSON.stringify({ format, sha256: sha256(body) })}\n${body}\n`
}

/** @throws ReloadError `broken-generation` where the file is not as it was written. */
export function generationOfFile(path: string, number: number, file: string): KeptGeneration {
  const [head = '', body = ''] = file.split('\n')
  const broken = (what: string, cause?: unknown) =>
    new ReloadError(
      'broken-generation',
      `Generation ${number} is not used: ${path} ${what}; remove the file`,
      { cause },
    )
  try {
    const { format: found, sha256: sum } = JSON.parse(head) as Record<string, unknown>
    if (found !== format)
      throw broken(`has the format ${JSON.stringify(found)}, and ${format} was wanted`)
    if (sum !== sha256(body)) throw broken('is not as it was written')
    const generation = JSON.parse(body) as KeptGeneration
    if (generation.number !== number) throw broken(`holds generation ${generation.number}`)
    return generation
  } catch (error) {
    throw error instanceof ReloadError ? error : broken('is not as it was written', error)
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
