import type { z } from 'zod'
import { ServiceError } from '../service-error.js'
import { checkReferences } from './references.js'
import { servicesSchema, type Services } from './service-description.js'

/**
 * Checks a description and fills in its defaults.
 *
 * @throws ServiceError `invalid-description`, `unknown-dependency` or
 * `dependency-cycle`, with the service, the field, what was found and what
 * was wanted.
 *
 * @example
 * ```ts
 * import { parseDescription } from 's6-service-gen'
 *
 * const { web } = parseDescription({ web: { run: 'exec my-web-server' } })
 * web && 'stopSignal' in web && web.stopSignal // => 'TERM'
 * ```
 */
export function parseDescription(input: unknown): Services {
  const result = servicesSchema.safeParse(input, { reportInput: true })
  if (!result.success) {
    throw new ServiceError('invalid-description', result.error.issues.map(textOf).join('\n'))
  }
  checkReferences(result.data)
  return result.data
}

/** A mistake in a description. */
export interface DescriptionFault {
  /** The names of the fields down to the mistake; empty for the service itself. */
  readonly path: readonly string[]
  readonly text: string
}

/** Finds the mistakes in one service, without those in what it refers to. */
export function faultsIn(name: string, service: unknown): readonly DescriptionFault[] {
  const { error } = servicesSchema.safeParse({ [name]: service }, { reportInput: true })
  return (error?.issues ?? []).map(issue => ({
    path: issue.path.slice(1).map(String),
    text: textOf(issue),
  }))
}

function textOf(issue: z.core.$ZodIssue): string {
  const [service, ...field] = issue.path.map(String)
  const words = [service === undefined ? 'the services' : `service ${service}`, field.join('.')]
  // What is wrong with a key is one level below.
  const message = (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message
  const found = (JSON.stringify(issue.input) ?? 'nothing').slice(0, 100)
  return `${words.filter(word => word !== '').join(', ')}: ${message}, got ${found}`
}
