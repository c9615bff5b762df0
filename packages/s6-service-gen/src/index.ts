export { generate } from './generate/generate.js'
export { importTree } from './import/import-tree.js'
export { lint } from './lint/lint.js'
export { parseDescription } from './description/parse-description.js'
export { loadDescription } from './description/load-description.js'
export { readTree } from './tree/read-tree.js'
export { ServiceError } from './service-error.js'
export { writeTree } from './generate/write-tree.js'
export type { FileTree, TreeFile } from './file-tree.js'
export type { Finding, LintRule } from './lint/finding.js'
export type { GenerateOptions, Layout } from './generate/generate.js'
export type { LintOptions } from './lint/lint.js'
export type {
  Bundle,
  Description,
  Longrun,
  Oneshot,
  Service,
  Services,
} from './description/service-description.js'
export type { ServiceErrorCode } from './service-error.js'
