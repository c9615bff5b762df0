import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'

/** The reason to skip these tests where no disk can be mounted. */
export const noMount = process.getuid?.() === 0 ? false : 'only root may mount a small disk'

/** Mounts a small disk on a folder until the test ends. */
export function mountSmallDisk(t: Test, folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'tmpfs', folder])
  // Lazily: HAProxy's sockets may be open still.
  t.teardown(() => execFileSync('umount', ['--lazy', folder]))
}

/** Fills a disk to the last block; the returned function makes room again. */
export function fill(folder: string): () => void {
  const ballast = join(folder, 'ballast')
  const file = openSync(ballast, 'w')
  for (const size of [65_536, 4096]) while (writes(file, size));
  closeSync(file)
  return () => rmSync(ballast)
}

function writes(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) === size
  } catch {
    return false
  }
}

/** Makes a disk read-only; the returned function makes it writable again. */
export function readOnly(folder: string): () => void {
  execFileSync('mount', ['-o', 'remount,ro', folder])
  return () => execFileSync('mount', ['-o', 'remount,rw', folder])
}
