import type { TreeFile } from './file-tree.js'

/** Marks generated scripts. */
export const banner = '# Made by s6-service-gen from a description; edits here are lost.'

/** The interpreter of our own scripts. */
const shell = '#!/bin/sh'

/** A generated script: the banner, then its lines. */
export function ownScript(lines: readonly string[], interpreter = shell): TreeFile {
  return { content: `${[interpreter, banner, ...lines].join('\n')}\n`, mode: 0o755 }
}

/** A script of the description's author; without an interpreter line it is a shell script. */
export function authorsScript(text: string): TreeFile {
  return { content: text.startsWith('#!') ? `${text}\n` : `${shell}\n${text}\n`, mode: 0o755 }
}

/**
 * The author's text in a script of {@link authorsScript}. A carriage return
 * stays, wherever it is: it would be a part of a word.
 */
export function textOf(script: string): string {
  return script.replace(/^(?:#!\/bin\/sh\n|\n)+/, '').replace(/[ \t\n]+$/, '')
}

/** Quotes a word for a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Lines that set variables for what follows in a script. */
export function exports(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `export ${name}=${quoted(text)}`)
}

/** A script with the values of such variables taken out; its other lines keep their numbers. */
export function withoutExports(script: string): string {
  return script.replaceAll(/^export [A-Za-z_]\w*='(?:[^']|'\\'')*'$/gm, value =>
    value.replaceAll(/[^\n]+/g, ''),
  )
}

/** Variables that a script sets at its beginning as {@link exports} does, and what follows. */
export function splitExports(text: string): [Record<string, string>, string] {
  const environment: Record<string, string> = {}
  const line = /^export ([A-Za-z_]\w*)='((?:[^']|'\\'')*)'(?:\n|$)/
  let rest = text
  for (let found = line.exec(rest); found; found = line.exec(rest)) {
    const [whole, name = '', word = ''] = found
    environment[name] = word.replaceAll(String.raw`'\''`, "'")
    rest = rest.slice(whole.length)
  }
  return [environment, rest]
}
