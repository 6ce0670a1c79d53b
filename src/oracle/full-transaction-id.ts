const epoch = 1n << 32n;

/**
 * WAL holds the lower 32 bits of a transaction id. Of all 64-bit ids with these bits, gives the one nearest to `near`, an id of the
 * same time: transactions of one time are always less than 2^31 apart.
 */
export function fullTransactionId(xid: number, near: bigint): bigint {
  let full = (near & ~(epoch - 1n)) | BigInt(xid);
  if (full - near > epoch / 2n && full >= epoch) full -= epoch;
  else if (near - full > epoch / 2n) full += epoch;
  return full;
}
