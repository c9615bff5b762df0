// The folder of a release: tarballs, bills of materials, change logs and checksums.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packPackages } from '../pack.js'
import { writeBillOfMaterials } from './bill-of-materials.js'
import { entriesOf } from './change-log.js'

/** The file with the checksums, which `sha256sum --check` reads. */
const checksumFile = 'SHA256SUMS'

/**
 * Fills the folder of a release, and removes what an earlier one left there.
 *
 * @returns the packages, each with its tarball, integrity, size in bytes, number
 *   of files and number of installed dependencies
 * @throws Error if the folder has files and is no release's, or npm fails
 */
export async function fillReleaseFolder(out, { clone, packages, date }) {
  emptyFolder(out)
  const names = packages.map(({ folder }) => basename(folder))
  const all = packPackages(out, { tree: clone, names })
  const packed = new Map(all.map(({ name, version, integrity }) => [name, { version, integrity }]))
  const lock = JSON.parse(readFileSync(join(clone, 'package-lock.json'), 'utf8'))
  const released = await Promise.all(
    packages.map(async each => {
      const { filename, integrity, size, entryCount } = all.find(({ name }) => name === each.name)
      const billOfMaterials = filename.replace(/\.tgz$/, '.cdx.json')
      const context = { lock, folder: each.folder, packed }
      const file = join(out, billOfMaterials)
      const dependencies = await writeBillOfMaterials(file, each.manifest, context)
      const files = { tarball: filename, billOfMaterials }
      return { ...each, ...files, integrity, size, files: entryCount, dependencies }
    }),
  )
  writeFileSync(join(out, 'CHANGES.md'), changesOf({ clone, packages, date }))
  writeChecksums(out)
  return released
}

function emptyFolder(out) {
  const names = existsSync(out) ? readdirSync(out) : []
  if (names.length > 0 && !names.includes(checksumFile))
    throw new Error(
      `${out} has files, expected a new folder or that of an earlier release, with ${checksumFile}: ` +
        'give another one with --out',
    )
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
}

/** Returns one text with the changes of every package: for the page of the release. */
function changesOf({ clone, packages, date }) {
  const sections = packages.map(({ name, version, folder }) => {
    const text = readFileSync(join(clone, folder, 'CHANGELOG.md'), 'utf8')
    return `## ${name} ${version}\n\n${entriesOf(text, version)}\n`
  })
  return [`# Release of ${date}\n`, ...sections].join('\n')
}

function writeChecksums(out) {
  const lines = readdirSync(out)
    .toSorted()
    .map(name => {
      const hash = createHash('sha256').update(readFileSync(join(out, name)))
      return `${hash.digest('hex')}  ${name}\n`
    })
  writeFileSync(join(out, checksumFile), lines.join(''))
}
