import { readFileSync } from 'node:fs'
import type { HttpAnswer } from './http-answer.js'

/** The package's folder, seen from `dist/src/http`. */
const packageFolder = new URL('../../../', import.meta.url)

const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** The page's own files by name: its modules as they are compiled, the rest as it is written. */
const folders = { css: 'src/page/', html: 'src/page/', svg: 'src/page/', js: 'dist/src/page/' }

/** One file of the page; undefined where there is none of that name. */
export function pageFile(name: string): HttpAnswer | undefined {
  const [, extension] = /^[a-z][a-z-]*\.(css|html|js|svg)$/.exec(name) ?? []
  if (extension === undefined) return undefined
  const kind = extension as keyof typeof types
  try {
    const body = readFileSync(new URL(folders[kind] + name, packageFolder))
    return { status: 200, type: types[kind], body }
  } catch {
    return undefined
  }
}
