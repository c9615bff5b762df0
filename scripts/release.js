// npm run release [-- --dry-run] [--out FOLDER] [--json]: makes the next release of
// all packages from the branch main, and uploads it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { requireCleanBranch, requireUpload } from './release/preconditions.js'
import { fillReleaseFolder } from './release/release-folder.js'
import { dataOf, nextSteps, tableOf } from './release/report.js'
import { hasProvenance, upload } from './release/upload.js'
import { commitRelease, pushRelease } from './release/versions.js'
import { repository } from './setup.js'

const usage = `usage: npm run release -- [--dry-run] [--out FOLDER] [--json]

Makes the next release of all packages from the branch main: versions, change
logs, tarballs, bills of materials and checksums. Then uploads the tarballs to
the registry that npm is configured with, and pushes the commit and the tags.

  --dry-run     uploads, tags and pushes nothing
  --out FOLDER  folder of the files (default: release)
  --json        prints the result as JSON`

const options = readOptions()
if (options?.help) console.log(usage)
else if (options !== undefined) await run(options)

function readOptions() {
  try {
    return parseArgs({
      options: {
        'dry-run': { type: 'boolean', default: false },
        out: { type: 'string', default: join(repository, 'release') },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    console.error(`error: ${error.message}\n${usage}`)
    process.exitCode = 2
    return undefined
  }
}

async function run({ 'dry-run': isDryRun, out: folder, json }) {
  const place = mkdtempSync(join(tmpdir(), 'release-'))
  const out = resolve(folder)
  const say = text => (json ? undefined : console.log(text))
  try {
    const release = await prepare(join(place, 'clone'), { out, isDryRun })
    if (release.packages.length > 0) {
      say(tableOf(release.packages))
      if (isDryRun) say(`\n${nextSteps(relative('.', out))}`)
      else await publish(release, { out, say })
    } else say('Nothing to release: no package has changed since its tag.')
    if (json) console.log(JSON.stringify(dataOf({ ...release, out, isDryRun }), undefined, 2))
  } catch (error) {
    console.error(`error: ${error.message}`)
    process.exitCode = 1
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** Makes a release: its commit and tags in a clone, its files in a folder. */
async function prepare(clone, { out, isDryRun }) {
  requireCleanBranch(repository)
  const root = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
  if (!isDryRun) requireUpload(repository, root.repository.url)
  const { packages, date } = commitRelease(repository, clone)
  if (packages.length === 0) return { clone, packages, date }
  return { clone, date, packages: await fillReleaseFolder(out, { clone, packages, date }) }
}

/** Uploads the tarballs; the commit and the tags are pushed after the last one. */
async function publish({ clone, packages }, { out, say }) {
  const proof = hasProvenance ? 'with' : 'without'
  say(`\nUploading ${proof} provenance`)
  const report = (each, result) => {
    each.result = result
    say(`${each.tag}: ${result}`)
  }
  await upload(packages, { out, report })
  pushRelease(repository, clone, packages)
  say('Pushed the commit and the tags.')
}
