import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { acquireLock } from "./lock.ts";
import { readHolder } from "./holder.ts";
import { queueLength, Ticket } from "./queue.ts";

/** A lock in a folder that vanishes with its files. */
function scene() {
  const folder = Deno.makeTempDirSync();
  const queue = { verb: "attach 7 xdp", directory: `${folder}/.queue` };
  return {
    path: `${folder}/.lock`,
    queue,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

Deno.test("acquireLock() serves those who wait in the order in which they came", async () => {
  using made = scene();
  const { path, queue } = made;
  const first = await acquireLock(path, 0, queue);
  const order: number[] = [];
  const waiting: Promise<void>[] = [];
  for (let number = 1; number <= 5; number++) {
    waiting.push((async () => {
      using _lock = await acquireLock(path, 0, queue);
      order.push(number);
    })());
    while (queueLength(queue.directory) < number) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  first[Symbol.dispose]();
  await Promise.all(waiting);
  deepStrictEqual(order, [1, 2, 3, 4, 5]);
  strictEqual(queueLength(queue.directory), 0);
});

Deno.test("acquireLock() names the holder, what it does and since when", async () => {
  using made = scene();
  const { path, queue } = made;
  {
    using _lock = await acquireLock(path, 0, queue);
    deepStrictEqual(readHolder(path)?.verb, queue.verb);
    await rejects(acquireLock(path, 20, queue), (error: Error) => {
      const wanted = new RegExp(`process ${Deno.pid} \\(attach 7 xdp\\) has held it since 2`);
      match(error.message, wanted);
      return true;
    });
    strictEqual(queueLength(queue.directory), 0, "who gave up still stands in line");
  }
  strictEqual(readHolder(path), null);
});

Deno.test("a place in the queue is lost with its owner", () => {
  using made = scene();
  const { directory } = made.queue;
  using ticket = Ticket.take(directory);
  // a file that nobody has locked is that of a dead process
  Deno.writeTextFileSync(`${directory}/0`, "");
  strictEqual(queueLength(directory), 1);
  strictEqual(ticket?.ahead(), 0);
});

Deno.test("Ticket.take() gives no place where no file can be made", () => {
  using made = scene();
  Deno.writeTextFileSync(made.queue.directory, "a file in the place of the folder");
  strictEqual(Ticket.take(made.queue.directory), null);
});
