/** A setting at the left margin. */
const setting = /^([A-Za-z]\w*):(?:[ \t]+(.*?))?[ \t]*\r?$/

/** A text that is one word, in quotes or without, and a comment after it. */
const word = /^(?:'([^'\\]*)'|"([^"\\]*)"|([\w./:-]+))(?:[ \t]+#.*)?$/

/** Words without quotes that YAML reads as something other than a text. */
const noText = /^(?:true|false|null|[-+]?\.(?:inf|nan))$/i

/**
 * Returns the texts of settings at the top level of a YAML mapping, if every line
 * at its left margin is plain: a name and a value, a comment, or an entry of a list.
 *
 * @param names - the settings that are wanted
 * @returns undefined if a line is not plain, or the value of a wanted setting is no
 *   single word: the parser of YAML has to decide
 */
export function plainSettings<Name extends string>(
  text: string,
  names: readonly Name[],
): Partial<Record<Name, string>> | undefined {
  const found: Partial<Record<Name, string>> = {}
  const seen = new Set<string>()
  /** True if the line before ends a text that an indented line would continue. */
  let mayContinue = false
  for (const line of text.replace(/^\ufeff/, '').split('\n')) {
    if (/^\s*(?:#.*)?$/.test(line)) continue
    const isIndented = /^[ \t]/.test(line)
    if (isIndented && mayContinue) return undefined
    if (isIndented || line.startsWith('- ')) continue
    mayContinue = false
    const [, name, value = ''] = setting.exec(line) ?? []
    if (name === undefined || seen.has(name)) return undefined
    seen.add(name)
    const wanted = names.find(each => each === name)
    if (wanted === undefined) continue
    const plain = plainText(value)
    if (plain === undefined) return undefined
    found[wanted] = plain
    mayContinue = true
  }
  // A text with nothing at its left margin may be indented as a whole.
  return seen.size > 0 ? found : undefined
}

function plainText(value: string): string | undefined {
  const [, single, double, bare] = word.exec(value) ?? []
  if (bare === undefined) return single ?? double
  // A colon at the end would be a mapping, a dash at the start may be a list.
  if (noText.test(bare) || !Number.isNaN(Number(bare)) || /^[-:]|:$/.test(bare)) return undefined
  return bare
}
