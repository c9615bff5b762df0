import { inspect } from 'node:util'
import { RenderError, type TemplatePlace } from './render-error.js'

const plainWord = /^[A-Za-z0-9_.:,/@%+=~?&[\]()<>|!*^-]+$/
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f]/

/**
 * A value as exactly one word of HAProxy's configuration. What needs it is put
 * in single quotes, inside which HAProxy reads no escape, no comment and no
 * `$` (configuration manual, section 2.2).
 *
 * @throws RenderError `unsafe-value` for anything that no quoting can hold: a
 * control character, such as a newline, ends the line in any quotes, and an
 * empty word ends the list of arguments: HAProxy passes over what follows it.
 */
export function haproxyWord(value: unknown, place: TemplatePlace): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') {
    throw unsafe(place, `found ${show(value)}, wanted a text or a number`)
  }
  if (value === '') throw unsafe(place, 'found "", wanted at least one character')
  if (plainWord.test(value)) return value
  if (controlCharacter.test(value)) {
    throw unsafe(place, `found ${JSON.stringify(value.slice(0, 100))}, wanted no control character`)
  }
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}

function show(value: unknown): string {
  // JSON knows no bigint, no function and no NaN.
  const text = typeof value === 'object' ? JSON.stringify(value) : inspect(value)
  return text.slice(0, 100)
}

function unsafe(place: TemplatePlace, message: string): RenderError {
  return new RenderError('unsafe-value', `A value cannot be printed as one word: ${message}`, {
    place,
  })
}
