import type { Directive, Section, ServerOption } from 'haproxy-config-text'
import { effectiveServerOptions } from 'haproxy-config-text/effective'

/** A `server` line with what is in force for it. */
export interface ServerLine {
  readonly name: string
  readonly line: number
  /** Address as it is written. */
  readonly address: string
  /** Its port; undefined where the line has none, or one that depends on the client's. */
  readonly port: number | undefined
  readonly options: readonly ServerOption[]
  /** The reason why it stays as it is next to members; undefined if members can replace it. */
  readonly staysAs: 'backup' | 'disabled' | 'socket' | undefined
}

/** Returns the `server` lines of a section. */
export function serverLines(section: Section): ServerLine[] {
  return section.directives
    .filter(({ words: [keyword] }) => keyword === 'server')
    .map(directive => serverLine(section, directive))
}

function serverLine(section: Section, directive: Directive): ServerLine {
  const [, name = '', address = ''] = directive.words
  const options = effectiveServerOptions(section, directive)
  const has = (wanted: string) => options.some(({ keyword }) => keyword === wanted)
  const isSocket = address.startsWith('/') || /^(?!(?:ipv|tcp)[46]?@)[a-z+]+\d?@/.test(address)
  const staysAs = has('backup')
    ? 'backup'
    : has('disabled')
      ? 'disabled'
      : isSocket
        ? 'socket'
        : undefined
  const port = /:(\d{1,5})$/.exec(address)?.[1]
  return {
    name,
    line: directive.line,
    address,
    port: port === undefined || Number(port) === 0 ? undefined : Number(port),
    options,
    staysAs,
  }
}

/** Returns the first value of an option that is in force for a server. */
export function optionOf({ options }: ServerLine, wanted: string): string | undefined {
  return options.find(({ keyword }) => keyword === wanted)?.values[0]
}
