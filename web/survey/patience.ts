const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

export interface Patience {
  /** Waits before try number `failures + 1`: one second, doubling up to thirty; or until woken. */
  wait: (failures: number) => Promise<void>;
  /** The network is back, or the page is looked at again: try now. */
  wake: () => void;
}

export function createPatience(): Patience {
  let wake = (): void => {};
  return {
    wait: (failures) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, Math.min(FIRST_MS * 2 ** failures, LONGEST_MS));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
  };
}
