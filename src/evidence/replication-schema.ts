import { z } from "zod";

/** One write on a primary, waited for on a replica that is to follow it. */
export const replicationSchema = z.object({
  primary: z.string(),
  replica: z.string(),
  arrived: z.boolean(),
  observedAtSeconds: z.number().describe("since the run's clock started"),
  waitedSeconds: z.number().nonnegative(),
  detail: z.string(),
});
