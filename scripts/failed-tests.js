// A run prints tens of thousands of lines, and what a CI system keeps of them
// is often only the last ones: the failed tests are listed there again.

/** Lines of a failed test's diagnosis that are listed at most. */
const longest = 40

/**
 * Finds the failed assertions in lines of TAP; each with the tests that it is
 * part of, and its diagnosis. A failed test of which an assertion is listed is
 * not listed itself.
 */
export class FailedTests {
  #open = []
  #diagnosis
  /** The failed assertions so far: `test > subtest > assertion`, with the lines below. */
  found = []

  /** Takes the next line, without its line break. */
  read(line) {
    if (this.#diagnosis && this.#readDiagnosis(line)) return
    const [, indent, name] = /^( *)# Subtest: (.*)$/.exec(line) ?? []
    if (name !== undefined) this.#open[indent.length / 4] = { name, before: this.found.length }
    else this.#readResult(line)
  }

  #readResult(line) {
    const [, indent, failed, rest] = /^( *)(not )?ok \d+(.*)$/.exec(line) ?? []
    if (rest === undefined) return
    const depth = indent.length / 4
    const name = rest.replace(/^ - /, '').replace(/ # time=.*/, '')
    const ended = this.#open[depth]?.name === name ? this.#open[depth] : undefined
    if (ended) this.#open.length = depth
    if (!failed || / # (skip|todo)\b/i.test(rest)) return
    if (ended && this.found.length > ended.before) return
    const parents = this.#open.slice(0, depth).map(each => each?.name ?? '?')
    this.found.push({ title: [...parents, name].join(' > '), lines: [] })
    this.#diagnosis = { indent, lines: this.found.at(-1).lines }
  }

  /** Returns true if the line is part of a diagnosis: `---` to `...`, indented. */
  #readDiagnosis(line) {
    const { indent, lines } = this.#diagnosis
    const text = line.startsWith(`${indent}  `) ? line.slice(indent.length + 2) : undefined
    const isFirst = lines.length === 0
    if (text === undefined || (isFirst && text !== '---')) {
      this.#diagnosis = undefined
      return false
    }
    if (text === '...') this.#diagnosis = undefined
    else lines.push(text)
    return true
  }

  /** Returns the list for people; an empty text if nothing failed. */
  list() {
    return this.found
      .map(({ title, lines }) => {
        const shown = lines.slice(1, longest).map(line => `    ${line}\n`)
        const left = lines.length > longest ? `    … ${lines.length - longest} more lines\n` : ''
        return `not ok ${title}\n${shown.join('')}${left}`
      })
      .join('')
  }
}
