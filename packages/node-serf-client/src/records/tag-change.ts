/** Change of an agent's own tags. */
export interface TagChange {
  /** Tags to set, with their values. @defaultValue none */
  readonly set?: Readonly<Record<string, string>>
  /** Tags to delete. @defaultValue none */
  readonly delete?: readonly string[]
}
