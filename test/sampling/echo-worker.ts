/** A thread that gives back what it is told. */
export default async function echo<Task>(task: Task): Promise<Task> {
  return task;
}
