import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { parseServices, type Services } from './service-description.js'
import { ServiceError } from './service-error.js'

/**
 * Reads a description from a YAML file: a map `services` by name.
 *
 * @throws ServiceError, with the file in its message.
 */
export function readDescription(file: string): Services {
  try {
    const document: unknown = parse(readFileSync(file, 'utf8'))
    const isMap = typeof document === 'object' && document !== null && 'services' in document
    if (!isMap)
      throw new ServiceError('invalid-description', 'found no services, wanted a map `services`')
    return parseServices(document.services)
  } catch (cause) {
    const code = cause instanceof ServiceError ? cause.code : 'invalid-description'
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ServiceError(code, `${file}: ${reason}`, { cause })
  }
}
