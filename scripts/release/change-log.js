// The change log of a package at its release: pure text.

const nothing =
  '- No change of its own. Its version follows those of the packages that it depends on.'

/**
 * Makes the entries below `Unreleased`, and those of the version if it has no
 * date yet, the section of the version with its date.
 *
 * @returns the text; the same one if the version has its date already
 * @throws Error if an entry is older than the title, or the version has its
 *   date and there are unreleased entries
 */
export function releasedChangeLog(text, { version, date }) {
  const [title, ...sections] = text.split(/^(?=## )/m)
  const isNew = section => ['Unreleased', version].includes(headOf(section))
  const fresh = sections.filter(isNew)
  const isDated = sections.some(section => headOf(section).startsWith(`${version} - `))
  if (isDated && fresh.length === 0) return text
  if (isDated) throw new Error(`the section ${version} has its date, and there are newer entries`)
  const entries = fresh.map(bodyOf).filter(Boolean).join('\n') || nothing
  const older = sections.filter(section => !isNew(section))
  return [title, `## ${version} - ${date}\n\n${entries}\n`, ...older.map(each => `\n${each}`)]
    .join('')
    .replaceAll(/\n{3,}/g, '\n\n')
}

/** Returns the entries of a version, without its heading. */
export function entriesOf(text, version) {
  const section = text.split(/^(?=## )/m).find(each => headOf(each).startsWith(`${version} - `))
  return section === undefined ? '' : bodyOf(section)
}

function headOf(section) {
  return section.slice(3, section.indexOf('\n')).trim()
}

function bodyOf(section) {
  return section.slice(section.indexOf('\n')).trim()
}
