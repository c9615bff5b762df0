import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { packages, read, repository } from './packages.js'

/** Parts of a workflow that these tests read. */
interface Workflow {
  readonly on: Readonly<Record<string, { readonly tags?: readonly string[] } | null>>
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: Readonly<Record<string, string>>
        readonly strategy?: { readonly matrix: { readonly node: readonly number[] } }
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[]
      }
    >
  >
}

const folder = join(repository, '.github/workflows')
const workflows = new Map(
  readdirSync(folder).map(file => [file, parse(read(folder, file)) as Workflow]),
)
const { scripts } = JSON.parse(read(repository, 'package.json')) as {
  readonly scripts: Readonly<Record<string, string>>
}

for (const [file, { jobs }] of workflows) {
  const steps = Object.values(jobs).flatMap(job => job.steps)

  t.test(`each action of ${file} has a full version`, async t => {
    const actions = steps.flatMap(({ uses }) => uses ?? [])
    t.ok(actions.length > 0)
    for (const action of actions) t.match(action, /^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/)
  })

  t.test(`each script that ${file} runs exists`, async t => {
    const commands = steps.flatMap(({ run }) => run ?? []).join('\n')
    const named = [...commands.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
    for (const name of named) t.ok(name in scripts, name)
    const files = commands.match(/^\.\w+\/\w+$/gm) ?? []
    for (const path of files)
      t.doesNotThrow(() => accessSync(join(repository, path), constants.X_OK))
    t.ok(named.length + files.length > 0)
  })
}

t.test(
  'the tests run on the oldest Node.js that the packages state, and on later ones',
  async t => {
    const versions = workflows.get('ci.yml')?.jobs['test']?.strategy?.matrix.node ?? []
    t.same(versions, [20, 22, 24])
    for (const { manifest } of packages) t.match(manifest.engines.node, `>=${versions[0]}.`)
  },
)

t.test('a release begins with a tag, and can prove where it was made', async t => {
  const release = workflows.get('release.yml')
  t.same(release?.on['push']?.tags, ['release-*'])
  t.match(release?.jobs['release']?.permissions, { contents: 'write', 'id-token': 'write' })
  t.ok(existsSync(join(repository, 'scripts/release.js')))
})
