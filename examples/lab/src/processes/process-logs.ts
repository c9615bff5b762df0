import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Returns the output of a node's services, in the order of the time stamps:
 * `TIME SERVICE | text`. Lines without a time stamp come first.
 */
export async function readNodeLogs(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  const lines: Line[] = []
  for (const entry of entries) {
    const file = entry.isDirectory() ? join(entry.name, 'current') : entry.name
    const text = await readFile(join(folder, file), 'utf8').catch(() => '')
    lines.push(...parseLog(entry.name.replace(/\.log$/, ''), text))
  }
  return lines
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .map(({ time, service, text }) => `${time}${time && ' '}${service} | ${text}\n`)
    .join('')
}

interface Line {
  readonly time: string
  readonly service: string
  readonly text: string
}

/** A line without a time belongs to the one before it. */
function parseLog(service: string, text: string): Line[] {
  let last = ''
  return text.split('\n').flatMap(line => {
    if (line === '') return []
    const [, time = last, rest = line] =
      /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})\d*\s+(.*)$/.exec(line) ?? []
    last = time
    return [{ time, service, text: rest }]
  })
}
