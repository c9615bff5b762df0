import { relative } from 'node:path'
import { Logger, LogLevel } from 'typedoc'

/** Prints each error and warning as one line, without colours. */
export class SiteLogger extends Logger {
  log(message, level) {
    super.log(message, level)
    if (level < LogLevel.Warn) return
    console.error(`error: documentation: ${message.replaceAll(/\s+/g, ' ').trim()}`)
  }

  /** Adds the file and line of a message: `place` is a node, or a position in `file`. */
  addContext(message, _level, place, file) {
    if (place === undefined) return message
    const source = file ?? place.getSourceFile()
    const position = typeof place === 'number' ? place : place.getStart(source, false)
    const { line } = source.getLineAndCharacterOfPosition(position)
    return `${relative(process.cwd(), source.fileName)}:${line + 1}: ${message}`
  }
}
