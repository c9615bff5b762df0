import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The repository's folder, seen from the compiled test. */
export const repository = fileURLToPath(new URL('../../', import.meta.url))

/** The fields of a package.json that the structure tests read. */
interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly type: string
  readonly engines: { readonly node: string }
  readonly exports: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly files: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** One package of packages/. */
export interface Package {
  readonly folder: string
  readonly manifest: Manifest
  /** Paths of its own TypeScript sources, relative to its folder. */
  readonly sources: readonly string[]
}

/** The packages that are published, in the order of their names. */
export const packages: readonly Package[] = packagesIn('packages')

/** The examples that have folders of their own below `src`. */
export const labs: readonly Package[] = packagesIn('examples').filter(({ folder }) =>
  existsSync(join(folder, 'src')),
)

function packagesIn(parent: string): Package[] {
  return readdirSync(join(repository, parent)).map(name => {
    const folder = join(repository, parent, name)
    return {
      folder,
      manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest,
      sources: existsSync(join(folder, 'src')) ? typescriptFiles(folder, 'src') : [],
    }
  })
}

/** The TypeScript files below a folder, relative to `root`. */
export function typescriptFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return typescriptFiles(root, path)
    return entry.name.endsWith('.ts') ? [path] : []
  })
}

/** A text file of the repository. */
export function read(...path: readonly string[]): string {
  return readFileSync(join(...path), 'utf8')
}

/** The compiler's settings that all packages share, for a program that is not built in projects. */
export function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(repository, 'tsconfig.base.json'), ts.sys.readFile) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, repository)
  return {
    ...options,
    composite: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
  }
}
