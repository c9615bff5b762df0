import { configurationLines } from 'haproxy-config-text'
import { lintConfiguration } from './lint-configuration.js'
import { levelOf } from './lint-level.js'
import type { Finding, RuleFinding } from './lint-rule.js'

/** A file that HAProxy reads. */
export interface ConfigurationSource {
  /** Name of the file for messages. */
  readonly file: string
  readonly text: string
}

/** A finding with its file. Its line is that of the file. */
export interface FileFinding extends Finding {
  readonly file: string
}

/**
 * Finds what {@link lintConfiguration} finds in the files of one HAProxy, in
 * the order in which it reads them: `defaults` apply to the later files too. A
 * file that cannot be read after another one is an error of that file.
 */
export function lintFiles(sources: readonly ConfigurationSource[]): FileFinding[] {
  const parts = sources.map(filePart)
  const text = parts.map(part => part.text).join('')
  const placeOf = (line: number) => placeIn(parts, line)
  const findings = lintConfiguration(text, {
    placeOf: line => `${placeOf(line).file}:${placeOf(line).line}`,
  }).map(finding => ({ ...finding, ...placeOf(finding.line) }))
  const order = new Map(sources.map(({ file }, i) => [file, i]))
  return [...parts.flatMap(({ findings: own }) => own), ...findings].toSorted(
    (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line,
  )
}

/** A file as a part of the whole text, and the findings on the file itself. */
interface FilePart {
  readonly file: string
  /** Complete lines, without those that are in no section. */
  readonly text: string
  /** Number of lines. */
  readonly lines: number
  readonly findings: readonly FileFinding[]
}

function filePart({ file, text }: ConfigurationSource): FilePart {
  const lines = text.split('\n')
  const isCut = lines.at(-1) !== ''
  if (!isCut) lines.pop()
  // Lines with a dot, such as `.if`, may be anywhere.
  const stray = configurationLines(text).filter(
    ({ section, keyword }) => section === undefined && !keyword.startsWith('.'),
  )
  // In the whole text they would belong to the last section of the file before.
  for (const { line } of stray) lines[line - 1] = ''
  const findings = [
    ...stray.slice(0, 1).map(({ line, keyword }) => outsideSection(line, keyword)),
    ...(isCut ? [missingNewline(lines.length)] : []),
  ].map(finding => ({ ...finding, level: levelOf(finding.code), file }))
  return { file, text: lines.map(line => `${line}\n`).join(''), lines: lines.length, findings }
}

function outsideSection(line: number, keyword: string): Exclude<RuleFinding, { proxy: string }> {
  return {
    code: 'outside-section',
    line,
    message: `${keyword} is before the first section of its file, which HAProxy rejects`,
    remedy: 'begin each file with a section, such as "backend NAME"',
  }
}

function missingNewline(line: number): Exclude<RuleFinding, { proxy: string }> {
  return {
    code: 'missing-newline',
    line,
    message: 'HAProxy takes a file whose last line has no newline for cut off, and rejects it',
    remedy: 'end the last line with a newline',
  }
}

function placeIn(parts: readonly FilePart[], line: number): { file: string; line: number } {
  let before = 0
  for (const { file, lines } of parts) {
    if (line <= before + lines) return { file, line: line - before }
    before += lines
  }
  return { file: parts.at(-1)?.file ?? '', line: line - before + (parts.at(-1)?.lines ?? 0) }
}
