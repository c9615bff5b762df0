import type { Tidy } from 'real-components'

/** What has to be ended and removed, the last first. */
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
