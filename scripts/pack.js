// npm run pack [-- --out FOLDER] [--json]: makes the tarballs of all packages, as
// they are published, and prints their sizes.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { npm } from './release/run.js'
import { repository } from './setup.js'
import { stagePackages } from './stage-packages.js'

/**
 * Packs packages into a folder.
 *
 * @param tree - the working tree whose sources and texts are packed
 * @param names - the folders of the packages; by default all
 * @returns npm's description of each tarball: name, version, filename, size in
 *   bytes, integrity, unpackedSize and files
 * @throws Error if npm fails, or a package is not built
 */
export function packPackages(out, { tree = repository, names } = {}) {
  const staging = mkdtempSync(join(tmpdir(), 'packages-'))
  try {
    mkdirSync(out, { recursive: true })
    const [command, ...before] = npm
    const folders = stagePackages(staging, { tree, names })
    const fixed = ['pack', '--json', '--silent', '--offline', '--ignore-scripts']
    const args = [...before, ...fixed, `--pack-destination=${resolve(out)}`, ...folders]
    return JSON.parse(execFileSync(command, args, { cwd: repository, encoding: 'utf8' }))
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main()

function main() {
  let values
  try {
    values = parseArgs({
      options: {
        out: { type: 'string', default: 'tarballs' },
        json: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    console.error(`error: ${error.message}`)
    console.error('usage: npm run pack -- [--out FOLDER] [--json]')
    process.exitCode = 2
    return
  }
  try {
    const packed = packPackages(values.out)
    if (values.json) console.log(JSON.stringify(packed, undefined, 2))
    else for (const line of packed.map(shown)) console.log(line)
  } catch (error) {
    console.error(`error: ${error.message}`)
    process.exitCode = 1
  }
}

function shown({ filename, size, unpackedSize, entryCount }) {
  return `${filename}: ${kB(size)}, ${kB(unpackedSize)} in ${entryCount} files`
}

function kB(bytes) {
  return `${(bytes / 1000).toFixed(0)} kB`
}
