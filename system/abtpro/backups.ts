import type {
  ContainerFile,
  OperatorDefinition,
  PostgresStoreDefinition,
  SystemDefinition,
} from "../../src/topology/system-definition.ts";

const bucket = "abtpro-backups";
const archiveBucket = "abtpro-archive";
const objects = "/srv/s3/objects";
const versions = "/srv/s3/versions";

/** User and group of PostgreSQL in its image: the archive's settings hold secrets and are its own. */
const postgresUser = 999;

interface BackupParts {
  readonly postgresImage: string;
  readonly postgresFiles: readonly ContainerFile[];
  readonly operator: Pick<OperatorDefinition, "directories" | "files">;
  readonly system: Pick<
    SystemDefinition,
    "backups" | "certificates" | "provision" | "restoreTargets" | "services"
  >;
  readonly archive: NonNullable<PostgresStoreDefinition["archive"]>;
  readonly credentials: readonly string[];
}

/** What the platform needs for its backups: an object store, servers that archive into it, keys, and a place to restore to. */
export const backupParts: BackupParts = {
  postgresImage: "postgres-archive",
  postgresFiles: [
    { template: "backup/archive.conf", path: "/etc/postgresql/archive.conf" },
    {
      template: "backup/pgbackrest.conf",
      path: "/etc/postgresql/pgbackrest.conf",
      mode: 0o600,
      owner: postgresUser,
    },
    { template: "backup/ca.crt", path: "/etc/postgresql/ca.crt" },
  ],
  operator: {
    directories: ["/backups", "/etc/abtpro", "/etc/abtpro/keys", "/root/.aws"],
    files: [
      { template: "backup/aws-config", path: "/root/.aws/config", mode: 0o600 },
      { template: "backup/aws-credentials", path: "/root/.aws/credentials", mode: 0o600 },
      { template: "backup/ca.crt", path: "/etc/abtpro/ca.crt" },
      { template: "backup/backup.crt", path: "/etc/abtpro/keys/backup.crt" },
      { template: "backup/backup.key", path: "/etc/abtpro/keys/backup.key", mode: 0o600 },
    ],
  },
  system: {
    services: [
      {
        service: "s3",
        image: "s3",
        command: [
          "--quiet",
          ...["--port", ":7443", "--cert", "/etc/s3/s3.crt", "--key", "/etc/s3/s3.key"],
          ...["posix", "--versioning-dir", versions, objects],
        ],
        environment: { ROOT_ACCESS_KEY: "${S3_ACCESS_KEY}", ROOT_SECRET_KEY: "${S3_SECRET_KEY}" },
        files: [
          { template: "backup/s3.crt", path: "/etc/s3/s3.crt" },
          { template: "backup/s3.key", path: "/etc/s3/s3.key", mode: 0o600 },
        ],
        directories: [objects, versions],
        ready: ["bash", "-c", "exec 3<> /dev/tcp/127.0.0.1/7443"],
      },
    ],
    backups: {
      directory: "/backups",
      objects: {
        service: "s3",
        bucket,
        directory: `${objects}/${bucket}`,
        versionsDirectory: `${versions}/${bucket}`,
      },
      archive: {
        service: "s3",
        directory: `${objects}/${archiveBucket}`,
        baseBackup: {
          user: "postgres",
          argv: ["pgbackrest", "--stanza=abtpro", "--type=full", "--no-expire-auto", "backup"],
        },
      },
    },
    restoreTargets: [
      { service: "postgres-test", engine: "postgres" },
      { service: "redis-test", engine: "redis" },
    ],
    certificates: [{ name: "S3", host: "s3" }, { name: "BACKUP" }],
    provision: [
      { argv: ["aws", "s3api", "create-bucket", "--bucket", bucket] },
      {
        argv: [
          ...["aws", "s3api", "put-bucket-versioning", "--bucket", bucket],
          ...["--versioning-configuration", "Status=Enabled"],
        ],
      },
      { argv: ["aws", "s3api", "create-bucket", "--bucket", archiveBucket] },
      { service: "postgres", user: "postgres", argv: ["pgbackrest", "--stanza=abtpro", "stanza-create"] },
      { service: "backend", argv: ["python3", "-m", "abtpro.api_keys", "register"] },
    ],
  },
  archive: { user: "postgres", restoreCommand: 'pgbackrest --stanza=abtpro archive-get %f "%p"' },
  credentials: ["S3_ACCESS_KEY", "S3_SECRET_KEY", "ARCHIVE_CIPHER_SECRET"],
};
