import { expect, test } from "vitest";
import { fullTransactionId } from "./full-transaction-id.ts";

const epoch = 2n ** 32n;

test("within the first four billion transactions the id is the whole id", () => {
  expect(fullTransactionId(754, 748n)).toBe(754n);
});

test("an id belongs to the epoch of its neighbours", () => {
  expect(fullTransactionId(754, 3n * epoch + 748n)).toBe(3n * epoch + 754n);
});

test("ids that wrapped around since belong to the next epoch, those just before to the one before", () => {
  expect(fullTransactionId(3, epoch - 10n)).toBe(epoch + 3n);
  expect(fullTransactionId(4_294_967_290, 2n * epoch + 5n)).toBe(2n * epoch - 6n);
});

test("there is no epoch before the first", () => {
  expect(fullTransactionId(4_294_967_290, 5n)).toBe(4_294_967_290n);
});
