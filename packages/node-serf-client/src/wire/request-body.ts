import { requestFields, type Command, type FieldKind } from './command-table.js'
import { SerfError } from '../serf-error.js'
import { isRecord, describeValue } from './wire-value.js'

const isText = (value: unknown) => typeof value === 'string'

/** Valid values for each kind of field; the agent closes the connection on any other value. */
const kinds: Readonly<Record<FieldKind, { expected: string; accepts(value: unknown): boolean }>> = {
  text: { expected: 'a text', accepts: isText },
  texts: {
    expected: 'a list of texts',
    accepts: value => Array.isArray(value) && value.every(isText),
  },
  'text map': {
    expected: 'an object of texts',
    accepts: value => isRecord(value) && Object.values(value).every(isText),
  },
  bytes: { expected: 'a Uint8Array', accepts: value => value instanceof Uint8Array },
  flag: { expected: 'true or false', accepts: value => typeof value === 'boolean' },
  byte: { expected: 'an integer from 0 to 255', accepts: value => isInteger(value, 255) },
  integer: {
    // Any other number would be encoded as a float.
    expected: 'an exact integer of 0 or more',
    accepts: value => isInteger(value, Number.MAX_SAFE_INTEGER),
  },
}

/**
 * Checks each field of a request's body and returns the body without its
 * undefined fields.
 *
 * @throws SerfError `invalid-argument` for a value that the agent cannot decode.
 */
export function requestBody(
  command: Command,
  body: Readonly<Record<string, unknown>> = {},
): object | undefined {
  const fields = requestFields(command)
  if (fields === undefined) return undefined
  const given = Object.entries(body).filter(([, value]) => value !== undefined)
  for (const [field, value] of given) {
    const kind = fields[field]
    if (kind === undefined) throw new Error(`${command} has no field ${field}`)
    const { expected, accepts } = kinds[kind]
    if (accepts(value)) continue
    throw new SerfError(
      'invalid-argument',
      `Invalid ${field} for ${command}: expected ${expected}, got ${describeValue(value)}`,
      { command },
    )
  }
  return Object.fromEntries(given)
}

function isInteger(value: unknown, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
}
