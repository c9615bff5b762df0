/** A heading's anchor, by the rules of the forges that show Markdown. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}

/** Text that Markdown shows as it is. */
export function literal(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~!]/g, String.raw`\$&`).replaceAll('\n', ' ')
}

/** A block that shows text as it is, whatever it holds. */
export function block(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text.trimEnd()}\n${fence}`
}

/** A table. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** A link's target: a path with what Markdown would take for its own. */
export function target(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
