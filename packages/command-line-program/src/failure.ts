/** An error as a program reports it. */
export interface Failure {
  /** One line for people, without `error: `. */
  readonly message: string
  /** 1 for a command that failed, 2 for invalid usage or input; others as the program documents. */
  readonly exitCode: number
}
