import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { RenderError, type SourcePlace } from '../render-error.js'

/**
 * The data in a JSON or YAML file; JSON is YAML, too.
 *
 * @throws RenderError `invalid-model` with the place of a syntax error, and
 * `unreadable-file`.
 */
export function readDataFile(file: string): unknown {
  const text = readSource(file)
  try {
    // Much faster, and what a program writes.
    return JSON.parse(text)
  } catch {
    return parseYaml(text, file)
  }
}

function parseYaml(text: string, file: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [fault] = document.errors
  if (!fault) return plainData(document, file)
  const { line, col: column } = lines.linePos(fault.pos[0])
  throw unlikeData(fault, { file, line, column })
}

/** Aliases that would fill the memory are refused. */
function plainData(document: Document, file: string): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    throw unlikeData(cause, { file, line: 1, column: 1 })
  }
}

function unlikeData(cause: unknown, place: SourcePlace): RenderError {
  const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  const what = `The file is neither JSON nor YAML: ${reason}`
  return new RenderError('invalid-model', what, { place, cause })
}

/**
 * The text of a file that the command line names.
 *
 * @throws RenderError `unreadable-file`.
 */
export function readSource(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RenderError('unreadable-file', `Cannot read ${file}: ${reason}`, { cause })
  }
}
