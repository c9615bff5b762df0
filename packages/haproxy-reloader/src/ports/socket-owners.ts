import { readdir, readFile, readlink } from 'node:fs/promises'

/** A process that has a socket. */
export interface SocketOwner {
  readonly pid: number
  /** Name of its program; empty if it cannot be read. */
  readonly program: string
}

/** Finds the processes that have a socket, among those that this user may look into. */
export async function socketOwners(inode: string): Promise<SocketOwner[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name))
  const owners: SocketOwner[] = []
  for (const pid of pids) {
    if (!(await hasSocket(pid, inode))) continue
    const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    // A process can give itself any name.
    owners.push({ pid: Number(pid), program: program.trim().replaceAll(/[^\x20-\x7e]/g, '?') })
  }
  return owners
}

async function hasSocket(pid: string, inode: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  for (const descriptor of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '')
    if (target === `socket:[${inode}]`) return true
  }
  return false
}
