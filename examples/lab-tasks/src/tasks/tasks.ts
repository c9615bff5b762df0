import { LabError } from 'serf-haproxy-lab'
import { task0 } from './task-0.js'
import { task1 } from './task-1.js'
import { task2 } from './task-2.js'
import { task3 } from './task-3.js'
import { task4 } from './task-4.js'
import { task5 } from './task-5.js'
import { task6 } from './task-6.js'
import type { Task } from './task.js'

/** The lab's tasks, in order. */
export const tasks: readonly Task[] = [task0, task1, task2, task3, task4, task5, task6]

/** The tasks that `task 3`, or `task all`, means. */
export function parseTasks(text: string): readonly Task[] {
  if (text === 'all') return tasks
  const found = tasks.find(({ number }) => String(number) === text)
  if (found) return [found]
  throw new LabError(`task: expected a number from 0 to ${tasks.length - 1}, or all, got ${text}`)
}
