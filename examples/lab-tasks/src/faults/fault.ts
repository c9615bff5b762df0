/** Shell text that is run on one node of the lab, with the environment of its services. */
export interface NodeScript {
  readonly node: string
  readonly script: string
}

/** A fault of the classroom: how it is made, what it looks like, and how it is removed. */
export interface Fault {
  readonly name: string
  /** Observation of a user or an operator, without the cause. */
  readonly symptom: string
  /** Commands that lead to the cause; `FOLDER` stands for the folder of the lab. */
  readonly look: readonly string[]
  readonly cause: string
  readonly remedy: string
  readonly make: NodeScript
  readonly undo: NodeScript
}
