import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import newest, { type CompilerOptions, type Diagnostic } from 'typescript'
import { repository } from './packages.js'

/** The oldest TypeScript that the READMEs state: the test kit has it, as none of the others needs it. */
export const oldest = createRequire(join(repository, 'test/kit/package.json'))(
  'typescript',
) as typeof newest

/** A release of `@types/node` on the disk. */
interface NodeTypes {
  readonly place: string
  readonly version: string
}

const resolutions = {
  nodenext: { module: newest.ModuleKind.NodeNext },
  bundler: {
    module: newest.ModuleKind.ESNext,
    moduleResolution: newest.ModuleResolutionKind.Bundler,
  },
}

export function nodeTypesAt(place: string): NodeTypes {
  const text = readFileSync(join(place, 'package.json'), 'utf8')
  return { place, version: (JSON.parse(text) as { readonly version: string }).version }
}

/** The types of packages as a project sees them that has them installed in a folder. */
export class ConsumerTypes {
  readonly #folder: string
  readonly #entries: readonly string[]

  constructor(folder: string, entries: readonly string[]) {
    this.#folder = folder
    this.#entries = entries
  }

  /** Makes a release of `@types/node` the installed one. */
  linkNodeTypes({ place }: NodeTypes): void {
    const link = join(this.#folder, 'node_modules/@types/node')
    rmSync(link, { recursive: true, force: true })
    symlinkSync(place, link)
  }

  /** Compiles a file that uses every entry; returns the errors with their places. */
  check(
    ts: typeof newest,
    resolution: keyof typeof resolutions,
    { types = ['node'] }: Pick<CompilerOptions, 'types'> = {},
  ): readonly string[] {
    const file = join(this.#folder, 'consumer.ts')
    // Only the newest nodenext wants the attribute of JSON.
    writeFileSync(file, this.#consumer(resolution === 'nodenext' ? " with { type: 'json' }" : ''))
    const program = ts.createProgram([file], {
      target: newest.ScriptTarget.ES2022,
      strict: true,
      skipLibCheck: false,
      // TypeScript's own library is not ours to check, and takes half of the time.
      skipDefaultLibCheck: true,
      resolveJsonModule: true,
      noEmit: true,
      typeRoots: [join(this.#folder, 'node_modules', '@types')],
      ...resolutions[resolution],
      types,
    })
    return ts.getPreEmitDiagnostics(program).map(shown)
  }

  #consumer(attributes: string): string {
    const imports = this.#entries.map((entry, i) =>
      entry.endsWith('.json')
        ? `import entry${i} from '${entry}'${attributes}`
        : `import * as entry${i} from '${entry}'`,
    )
    const uses = this.#entries.map((_, i) => `export const use${i} = typeof entry${i}`)
    return [...imports, ...uses, ''].join('\n')
  }
}

function shown({ file, start = 0, messageText }: Diagnostic): string {
  const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1
  return `${file?.fileName}:${line}: ${newest.flattenDiagnosticMessageText(messageText, '\n')}`
}
