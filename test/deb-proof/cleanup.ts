import type { Tidy } from 'real-components'

/** The processes and mounts to end and remove, the last first. */
export class Cleanup implements Tidy {
  #tasks: (() => unknown)[] = []

  teardown(task: () => unknown): void {
    this.#tasks.push(task)
  }

  /** Ends and removes all of it. */
  async run(): Promise<void> {
    for (let task = this.#tasks.pop(); task; task = this.#tasks.pop()) await task()
  }
}
