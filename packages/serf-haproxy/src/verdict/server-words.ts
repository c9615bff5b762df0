import type { ServerOption } from 'haproxy-config-text'

/** Words of a pool's server lines with their values, as `pools[].server` has them. */
export type ServerWords = Readonly<Record<string, string | number | boolean>>

/** Returns options as the words of a pool; the pool's schema judges whether servers can have them. */
export function serverWords(options: readonly ServerOption[]): ServerWords {
  return Object.fromEntries(options.map(wordOf))
}

function wordOf({
  keyword,
  values,
}: ServerOption): [word: string, value: string | number | boolean] {
  const [, opposite] = /^no-(.+)$/.exec(keyword) ?? []
  if (values.length > 0) return [keyword, valueOf(values.join(' '))]
  return opposite === undefined ? [keyword, true] : [opposite, false]
}

/** Returns a number where it is written as one. */
function valueOf(text: string): string | number {
  return /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : text
}

/** Words that take another away and are not it with `no-` before it. */
const takenAwayBy: ReadonlyMap<string, string> = new Map([
  ['disabled', 'enabled'],
  ['non-stick', 'stick'],
])

/** Returns the word that takes an inherited option away. */
export function takingAway({ keyword }: ServerOption): ServerWords {
  const word = takenAwayBy.get(keyword)
  if (word !== undefined) return { [word]: true }
  const [, opposite] = /^no-(.+)$/.exec(keyword) ?? []
  return opposite === undefined ? { [keyword]: false } : { [opposite]: true }
}

/** Returns the words for people, as a server line has them. */
export function shownWords(words: ServerWords): string {
  return Object.entries(words)
    .map(([word, value]) => {
      if (typeof value === 'boolean') return value ? word : `no-${word}`
      if (word === 'cookie') return "cookie with the member's name"
      const text = `${value}`
      return `${word} ${/[\s'"\\#]/.test(text) && word !== 'source' ? JSON.stringify(text) : text}`
    })
    .join(' ')
}
