import { readFileSync } from 'node:fs'
import { loadedFiles } from 'haproxy-config-text/effective'
import { lintConfiguration } from '../lint/lint-configuration.js'
import { lintFiles, type ConfigurationSource } from '../lint/lint-files.js'
import type { Rendered } from '../output/rendered.js'
import { RenderError } from '../render-error.js'
import { readSource } from './read-data-file.js'

/** Findings of a lint as text, and the exit code of the program. */
export interface LintReport {
  readonly text: string
  readonly exitCode: 0 | 1
}

/**
 * Lints the files of one HAProxy, without a model.
 *
 * @param paths - files and folders in the order of `haproxy -f`; `-` is stdin
 *
 * @throws RenderError `unreadable-file`.
 */
export async function lintPaths(paths: readonly string[], isJson: boolean): Promise<LintReport> {
  if (paths.filter(path => path === '-').length > 1) {
    throw new RenderError('unreadable-file', 'stdin can be read once', {
      expected: 'one -',
      got: paths.join(' '),
    })
  }
  const sources = await Promise.all(paths.map(sourcesAt))
  const findings = lintFiles(sources.flat()).map(
    ({ file, line, level, code, message, remedy }) => ({
      file,
      line,
      level,
      code,
      message,
      remedy,
    }),
  )
  const lines = findings.map(
    ({ file, line, level, code, message, remedy }) =>
      `${printable(`${file}:${line}: ${level}: ${code}: ${message}; ${remedy}`)}\n`,
  )
  return {
    text: isJson ? json(findings) : lines.join(''),
    exitCode: findings.some(({ level }) => level === 'error') ? 1 : 0,
  }
}

/** Lints a rendering. Each finding has the line of the template that printed it. */
export function lintRendered(
  { text, sourceMap, pools }: Pick<Rendered, 'text' | 'sourceMap' | 'pools'>,
  isJson: boolean,
): LintReport {
  const openFiles = softFileLimit()
  const findings = lintConfiguration(text, {
    ...(pools.length > 0 && { managed: pools.map(({ name }) => name) }),
    ...(openFiles !== undefined && { openFiles }),
  }).map(finding => {
    const { template, templateLine } = sourceMap[finding.line - 1] ?? {}
    return { ...finding, template, templateLine }
  })
  const lines = findings.map(
    ({ template, templateLine, line, code, message, remedy }) =>
      `${template}:${templateLine}: ${code}: ${message}; ${remedy} (line ${line})\n`,
  )
  return { text: isJson ? json(findings) : lines.join(''), exitCode: findings.length > 0 ? 1 : 0 }
}

async function sourcesAt(path: string): Promise<ConfigurationSource[]> {
  if (path === '-') return [{ file: 'stdin', text: readSource(0) }]
  const files = await loadedFiles(path)
  if (files.length > 0) return files.map(file => ({ file, text: readSource(file) }))
  throw new RenderError('unreadable-file', `Cannot read ${path}`, {
    expected: 'files of the folder whose names end with .cfg',
    got: 'none',
  })
}

/** The limit of `ulimit -n`; undefined if it cannot be read. */
function softFileLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.NaN) || undefined
  } catch {
    return undefined
  }
}

/** Characters that a terminal would interpret, those that turn the direction of text included. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const interpreted = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Escapes the characters that a terminal would interpret: names are those of the file. */
function printable(text: string): string {
  return text.replaceAll(
    interpreted,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Formats data as JSON for the output. */
export function json(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`
}
