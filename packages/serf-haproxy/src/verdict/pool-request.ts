import { AgentError } from '../agent-error.js'

/** A backend that a user wants turned over, from `--pool BACKEND=role:web,port:3000`. */
export interface PoolRequest {
  readonly backend: string
  /** Value of the members' tag `role`; the backend's name if undefined. */
  readonly role?: string
  /** The members' port; that of the server lines if undefined. */
  readonly port?: number
}

const usage = 'expected BACKEND, or BACKEND=role:ROLE,port:PORT'

/**
 * Parses the value of `--pool`.
 *
 * @throws AgentError `configuration`
 */
export function parsePoolRequest(text: string): PoolRequest {
  const at = text.indexOf('=')
  const backend = at < 0 ? text : text.slice(0, at)
  if (backend === '') throw refused(text, usage)
  const request: { backend: string; role?: string; port?: number } = { backend }
  for (const part of at < 0 ? [] : text.slice(at + 1).split(',')) {
    const [, key, value = ''] = /^(role|port):(.+)$/.exec(part) ?? []
    if (key === undefined) throw refused(text, usage)
    if (key === 'role') request.role = value
    else if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535)
      request.port = Number(value)
    else throw refused(text, 'expected a port from 1 to 65535')
  }
  return request
}

function refused(text: string, expected: string): AgentError {
  return new AgentError('configuration', `--pool: ${expected}, got ${JSON.stringify(text)}`)
}
