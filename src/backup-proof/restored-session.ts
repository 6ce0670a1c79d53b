import type { Client } from "pg";
import type { DatabaseContent } from "./restored-database.ts";

/** One database of the restored server, read. */
export interface RestoredDatabase {
  readonly database: string;
  readonly content: DatabaseContent;
}

/** Opens a session in a database of the restored server, hands it to `use` and closes it. */
export type Session = <T>(database: string, use: (client: Client) => Promise<T>) => Promise<T>;
