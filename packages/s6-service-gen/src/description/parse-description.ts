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
 */
export function parseDescription(input: unknown): Services {
  const result = servicesSchema.safeParse(input, { reportInput: true })
  if (!result.success) {
    throw new ServiceError('invalid-description', result.error.issues.map(faultOf).join('\n'))
  }
  checkReferences(result.data)
  return result.data
}

function faultOf(issue: z.core.$ZodIssue): string {
  const [service, ...field] = issue.path.map(String)
  const words = [service === undefined ? 'the services' : `service ${service}`, field.join('.')]
  // What is wrong with a key is one level below.
  const message = (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message
  const found = (JSON.stringify(issue.input) ?? 'nothing').slice(0, 100)
  return `${words.filter(word => word !== '').join(', ')}: ${message}, got ${found}`
}
