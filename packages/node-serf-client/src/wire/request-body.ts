import { requestFields, type Command, type FieldKind } from './command-table.js'
import { SerfError } from '../serf-error.js'
import { isRecord, shown } from './wire-value.js'

const isText = (value: unknown) => typeof value === 'string'

/** What each kind of field may hold; the agent hangs up without a word on anything else. */
const kinds: Readonly<Record<FieldKind, { wanted: string; holds(value: unknown): boolean }>> = {
  text: { wanted: 'a text', holds: isText },
  texts: { wanted: 'a list of texts', holds: value => Array.isArray(value) && value.every(isText) },
  'text map': {
    wanted: 'an object of texts',
    holds: value => isRecord(value) && Object.values(value).every(isText),
  },
  bytes: { wanted: 'a Uint8Array', holds: value => value instanceof Uint8Array },
  flag: { wanted: 'true or false', holds: value => typeof value === 'boolean' },
  byte: { wanted: 'an integer from 0 to 255', holds: value => isInteger(value, 255) },
  integer: {
    // A number that is no integer would travel as a float.
    wanted: 'an integer, not negative and exact',
    holds: value => isInteger(value, Number.MAX_SAFE_INTEGER),
  },
}

/**
 * A request's body as it goes out: checked field by field, what is undefined
 * left out.
 *
 * @throws SerfError `invalid-argument` for a value that the agent could not decode.
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
    const { wanted, holds } = kinds[kind]
    if (holds(value)) continue
    throw new SerfError(
      'invalid-argument',
      `The ${field} of ${command} cannot be sent: found ${shown(value)}, wanted ${wanted}`,
      { command },
    )
  }
  return Object.fromEntries(given)
}

function isInteger(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
}
