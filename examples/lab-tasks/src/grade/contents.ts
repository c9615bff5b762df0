/** Returns the nodes that a Serf agent's log reports as joined, without the agent itself. */
export function joinedMembers(log: string): string[] {
  const names = [...log.matchAll(/EventMemberJoin: (\S+)/g)].map(([, name = '']) => name)
  const own = ownName(log) ?? names[0]
  return [...new Set(names)].filter(name => name !== own)
}

/** Returns the name of the agent that wrote a log: it announces it, and joins itself first. */
export function ownName(log: string): string | undefined {
  return /Node name: '([^']+)'/.exec(log)?.[1] ?? /EventMemberJoin: (\S+)/.exec(log)?.[1]
}

/** Returns the web applications of a haproxy.cfg; undefined where the text is none. */
export function configuredServers(text: string): string[] | undefined {
  if (!/^\s*(?:backend|listen)\s+\S/m.test(text)) return undefined
  return [...text.matchAll(/^\s*server\s+(\S+)\s+\S+/gm)].map(([, name = '']) => name)
}

/** Returns the nodes that the file of task 4 names, one for each of its lines. */
export function announcedNodes(text: string): string[] {
  const line = /Container (\S+) has joined the Serf cluster with the following IP address: \S+/g
  return [...text.matchAll(line)].map(([, name = '']) => name)
}

/**
 * Returns the running containers of `docker ps`, with or without `-a`, or of
 * the lab's own table of nodes; undefined where it is neither.
 */
export function listedNodes(text: string): string[] | undefined {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const head = lines.findIndex(line =>
    /^(?:CONTAINER ID\s.*NAMES|NAME\s+PID 1\s)/.test(line.trim()),
  )
  if (head === -1) return undefined
  const isDocker = lines[head]?.includes('CONTAINER ID')
  const rows = lines.slice(head + 1).filter(line => !/\s(?:Exited \(|exited\s)/.test(line))
  return rows.map(line => {
    const words = line.trim().split(/\s+/)
    return (isDocker ? words.at(-1) : words[0]) ?? ''
  })
}

/** Returns the containers that `docker inspect`, or the lab, describes; undefined where it is neither. */
export function inspectedNodes(text: string): string[] | undefined {
  const start = text.search(/[[{]/)
  if (start === -1) return undefined
  try {
    const value: unknown = JSON.parse(text.slice(start))
    const items: readonly unknown[] = Array.isArray(value) ? value : [value]
    return items.map(item => {
      const { Name, name, State, state } = item as Record<string, unknown>
      const found = Name ?? name
      if (typeof found !== 'string' || (State ?? state) === undefined) throw new TypeError()
      return found.replace(/^\//, '')
    })
  } catch {
    return undefined
  }
}

/** Returns the files in a listing of the folder of nodes; undefined where it is no listing. */
export function listedFiles(text: string): string[] | undefined {
  const lines = text.split('\n').map(line => line.trim())
  // `tail` or the lab shows the files too, each under its name.
  const contents = lines.findIndex(line => line.startsWith('==> '))
  const rows = (contents === -1 ? lines : lines.slice(0, contents)).filter(
    line => line !== '' && !/[$#] ?(?:\S*\s)?ls\b/.test(line),
  )
  if (rows.some(row => /^(?:global|defaults|backend|frontend)\b/.test(row))) return undefined
  const isLong = rows.some(row => /^total \d+/.test(row) || /^[-dl][rwx-]{9}/.test(row))
  const names = isLong
    ? rows.filter(row => row.startsWith('-')).map(row => row.split(/\s+/).at(-1) ?? '')
    : rows.flatMap(row => row.split(/\s+/))
  return names.every(name => /^[\w.-]+$/.test(name)) ? names : undefined
}

/** Returns the width and height of a picture; undefined where the bytes are no whole PNG or JPEG. */
export function pictureSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  if (signature.every((byte, i) => bytes[i] === byte)) {
    const isWhole = new TextDecoder('latin1').decode(bytes.subarray(-12)).includes('IEND')
    if (!isWhole || bytes.length < 45) return undefined
    return { width: view.getUint32(16), height: view.getUint32(20) }
  }
  return jpegSize(view)
}

/** Markers of a JPEG's frame header; its height and width follow. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function jpegSize(view: DataView): { width: number; height: number } | undefined {
  if (view.byteLength < 12 || view.getUint16(0) !== 0xffd8) return undefined
  if (view.getUint16(view.byteLength - 2) !== 0xffd9) return undefined
  let at = 2
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    if (isFrame(view.getUint8(at + 1))) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}
