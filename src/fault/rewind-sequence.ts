import { damageFault, notDamaged } from "./damage.ts";
import { onPostgres, readText } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";

export interface SequenceOf {
  readonly service: string;
  readonly table: string;
  /** The column that it numbers; clients may not insert into the table meanwhile. */
  readonly column: string;
}

/** Sets a sequence back to its first value, as a load of data without it does: the next insert collides. Lifting sets it as it was. */
export function rewindSequence({ service, table, column }: SequenceOf): Fault {
  return damageFault({
    name: `rewindSequence(${table}.${column})`,
    service,
    does: `sets the sequence of ${table}.${column} back to 1`,
    read: async (topology) => {
      const sequence = await readText(topology, service, "select pg_get_serial_sequence($1, $2) as text", [
        table,
        column,
      ]);
      if (sequence === "nothing")
        throw notDamaged(
          `a sequence of ${table}.${column} to set back`,
          "none",
          "name a column that has one",
        );
      return readText(
        topology,
        service,
        `select format('last value %s, called %s', last_value, is_called) as text from ${sequence}`,
      );
    },
    inject: (topology) =>
      onPostgres(topology, service, async (client) => {
        const { rows } = await client.query<{ sequence: string; last: string }>(
          `select s.sequence, pg_sequence_last_value(s.sequence::regclass)::text as last from pg_get_serial_sequence($1, $2) s(sequence)`,
          [table, column],
        );
        const [{ sequence, last } = { sequence: "", last: null }] = rows;
        await client.query("select setval($1::regclass, 1, false)", [sequence]);
        return () =>
          onPostgres(topology, service, (again) =>
            again.query("select setval($1::regclass, coalesce($2::bigint, 1), $2::bigint is not null)", [
              sequence,
              last,
            ]),
          );
      }),
  });
}
