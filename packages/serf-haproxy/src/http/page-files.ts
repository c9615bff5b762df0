import { readFileSync } from 'node:fs'
import { packageFile } from '../package-file.js'
import type { HttpAnswer } from './http-answer.js'

const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Folders of the page's files: compiled modules, and sources of the rest. */
const folders = { css: 'src/page/', html: 'src/page/', svg: 'src/page/', js: 'dist/src/page/' }

/** Returns one file of the page, such as `table/grid.js`, or undefined if it does not exist. */
export function pageFile(name: string): HttpAnswer | undefined {
  const [, extension] = /^(?:[a-z][a-z-]*\/)?[a-z][a-z-]*\.(css|html|js|svg)$/.exec(name) ?? []
  if (extension === undefined) return undefined
  const kind = extension as keyof typeof types
  return fileAnswer(folders[kind] + name, types[kind])
}

/** Returns a module of `state/` that the page imports, or undefined if it does not exist. */
export function stateModule(name: string): HttpAnswer | undefined {
  if (!/^[a-z][a-z-]*\.js$/.test(name)) return undefined
  return fileAnswer(`dist/src/state/${name}`, types.js)
}

/** Returns a module of the package's root that the page imports. */
export function rootModule(name: 'printable-name.js'): HttpAnswer | undefined {
  return fileAnswer(`dist/src/${name}`, types.js)
}

/** Browsers ask again each time, and get 304 for a file that they have. */
const headers = { 'cache-control': 'no-cache' }

/** The files that were read: they belong to this version of the program. */
const files = new Map<string, HttpAnswer>()

function fileAnswer(path: string, type: string): HttpAnswer | undefined {
  const known = files.get(path)
  if (known) return known
  try {
    const answer = { status: 200, type, body: readFileSync(packageFile(path)), headers }
    files.set(path, answer)
    return answer
  } catch {
    return undefined
  }
}
