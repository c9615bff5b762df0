// The software bill of materials (SBOM) of a package: CycloneDX, made by npm.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFileOf } from './lock-file.js'
import { lastLine, runNpm } from './run.js'

/**
 * Writes the bill of materials of a package: its dependencies with the versions
 * of the repository's lock file.
 *
 * @returns the number of packages that are installed with it
 * @throws Error if npm fails
 */
export async function writeBillOfMaterials(file, manifest, context) {
  const { name, version, license, dependencies } = manifest
  const place = mkdtempSync(join(tmpdir(), 'bill-of-materials-'))
  // npm names the package after its folder.
  const folder = join(place, name)
  try {
    mkdirSync(folder)
    const own = { name, version, license, dependencies }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(own))
    const lock = lockFileOf(manifest, context)
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
    const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--offline']
    const { code, stdout, ...failed } = await runNpm(folder, ...args)
    if (code !== 0) throw new Error(`npm sbom of ${name} failed: ${lastLine(failed)}`)
    writeFileSync(file, stdout)
    return JSON.parse(stdout).components.length
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
