import { readFileSync } from 'node:fs'
import { loadedFiles } from 'haproxy-config-text/effective'
import { AgentError } from '../agent-error.js'

/** A file of a configuration. */
export interface SourceFile {
  /** Absolute path. */
  readonly path: string
  readonly text: string
  /** Number of lines in the files before it. */
  readonly linesBefore: number
}

/** The files that HAProxy loads, in order. It reads them as one text: defaults go on in the next file. */
export interface Sources {
  /** Files and folders as HAProxy's `-f` takes them. */
  readonly paths: readonly string[]
  readonly files: readonly SourceFile[]
  /** The texts of all files. */
  readonly text: string
}

/**
 * Reads the files of a configuration; a folder is its `*.cfg` files.
 *
 * @param instead - texts of files that are read elsewhere, by path
 * @throws AgentError `configuration` if a file cannot be read or be a template, with its line
 */
export async function readSources(
  paths: readonly string[],
  instead: ReadonlyMap<string, string> = new Map(),
): Promise<Sources> {
  const files: SourceFile[] = []
  let text = ''
  let linesBefore = 0
  for (const path of (await Promise.all(paths.map(loadedFiles))).flat()) {
    const own = instead.get(path) ?? readSource(path)
    files.push({ path, text: own, linesBefore })
    const whole = own === '' || own.endsWith('\n') ? own : `${own}\n`
    text += whole
    linesBefore += whole.split('\n').length - 1
  }
  return { paths, files, text }
}

/** Returns the file that has a line of the whole text. */
export function fileOf({ files }: Sources, line: number): SourceFile | undefined {
  return files.findLast(({ linesBefore }) => linesBefore < line)
}

/** Returns a line of the whole text as `FILE:LINE`. */
export function placeOf(sources: Sources, line: number): string {
  const file = fileOf(sources, line)
  return file ? `${file.path}:${line - file.linesBefore}` : `line ${line}`
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unwanted = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n|$)/

/** Reads a file whose every byte a template can hold. */
export function readSource(path: string): string {
  const bytes = readBytes(path)
  const text = bytes.toString('utf8')
  const remedy = 'a template is text in UTF-8'
  const lineOf = (at: number) => text.slice(0, at).split('\n').length
  if (!bytes.equals(Buffer.from(text))) {
    const line = lineOf(text.indexOf('\ufffd'))
    throw unfit(
      `${path}:${line}: expected UTF-8, got other bytes; ${remedy}: convert the file with iconv`,
    )
  }
  if (text.startsWith('\ufeff'))
    throw unfit(
      `${path}:1: expected a keyword, got a byte order mark; remove it: HAProxy refuses it too`,
    )
  const at = text.search(unwanted)
  if (at >= 0) {
    const got = JSON.stringify(text.charAt(at))
    throw unfit(
      `${path}:${lineOf(at)}: expected text, got the control character ${got}; ${remedy}: remove it`,
    )
  }
  return text
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const message = `cannot read ${path}: ${(cause as Error).message}; name the file that HAProxy is started with (haproxy -f FILE)`
    throw new AgentError('configuration', message, { cause })
  }
}

function unfit(message: string): AgentError {
  return new AgentError('configuration', message)
}
