// Tests that pass only when they are tried for the first, second, third or fourth time.
import { expect, test } from '@playwright/test';

for (const needed of [1, 2, 3, 4]) {
  test(`passes at try ${needed}`, ({}, info) => expect(info.retry + 1).toBeGreaterThanOrEqual(needed));
}
