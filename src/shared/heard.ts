let failure: NodeJS.ErrnoException | undefined;
process.stdout.on('error', (error) => {
  failure ??= error;
});

/** Why not all that was written to standard output has arrived, once it is clear; undefined where it has. */
export async function unheard(): Promise<NodeJS.ErrnoException | undefined> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  // The callback of a write comes before its error is told.
  await new Promise((resolve) => setImmediate(resolve));
  return failure;
}

/** What a shell says of a program that writes to a pipe which nobody reads any more: 128 and the number of SIGPIPE. */
export const closedPipe = 141;
