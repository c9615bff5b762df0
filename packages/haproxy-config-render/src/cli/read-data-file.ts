import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { RenderError, type SourcePlace } from '../render-error.js'

/**
 * Reads the data of a JSON or YAML file.
 *
 * @throws RenderError `invalid-model` with the place of a syntax error, and
 * `unreadable-file`.
 */
export function readDataFile(file: string): unknown {
  const text = readSource(file)
  try {
    // Most models are JSON, which is parsed much faster.
    return JSON.parse(text)
  } catch {
    return parseYaml(text, file)
  }
}

function parseYaml(text: string, file: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [error] = document.errors
  if (!error) return plainData(document, file)
  const { line, col: column } = lines.linePos(error.pos[0])
  throw notData(error, { file, line, column })
}

/** Refuses aliases that would fill the memory. */
function plainData(document: Document, file: string): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    throw notData(cause, { file, line: 1, column: 1 })
  }
}

function notData(cause: unknown, place: SourcePlace): RenderError {
  const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  const what = `The file is neither JSON nor YAML: ${reason}`
  return new RenderError('invalid-model', what, { place, cause })
}

/**
 * Reads the text of a file that the command line names; 0 is stdin.
 *
 * @throws RenderError `unreadable-file`.
 */
export function readSource(file: string | 0): string {
  try {
    // Unlike Node's own conversion, a decoder leaves out a byte order mark.
    return new TextDecoder().decode(readFileSync(file))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RenderError(
      'unreadable-file',
      `Cannot read ${file === 0 ? 'stdin' : file}: ${reason}`,
      { cause },
    )
  }
}
