import type Docker from "dockerode";
import type { BackupKind } from "./backup-format.ts";

/** A server on which a backup has been restored, for better or worse. */
export interface RestoredServer {
  readonly container: Docker.Container;
  /** Shares the server's files, and has programs of the same version. */
  readonly workshop: Docker.Container;
  readonly major: number;
  readonly kind: BackupKind;
  /** Roles were part of what was restored. */
  readonly withRoles: boolean;
  /** Roles that the restore needed and did not find. */
  readonly missingRoles: Set<string>;
}
