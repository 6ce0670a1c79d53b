import type { MechanismKind, Store } from "./backup-promise.ts";

/** Which mechanism a text speaks of, and of which data. */
export interface Subject {
  readonly kind: MechanismKind;
  readonly store: Store;
}

const walArchive =
  /\bWAL\b.{0,3}\barchiv|\bWAL[- ]?(?:files?|segments?|logs?)?[- ](?:archiv|ship|push|stream|backup)|\bWAL (?:is|are) (?:\w+ly )?(?:archiv|ship|stream|push|sent)|\barchiv\w*\s+(?:of\s+)?(?:the\s+|all\s+)?WAL\b|\bcontinuous archiving\b|\bpoint[- ]in[- ]time\b|\bPITR\b|\barchive-push\b|\bwal-push\b|\bpg_receivewal\b|\btransaction logs?\b/i;
const baseBackup =
  /\bbase[- ]?backups?\b|\bpg_basebackup\b|\bphysical (?:\w+ )?(?:backups?|cop(?:y|ies))\b|\bpgbackrest\b(?!.*\barchive-push\b).*\b(?:backups?|full|diff|incr)\b|\bbackup-push\b|\bbarman backup\b|\b(?:volume|disk|EBS|storage|RDS|LVM|ZFS|file ?system|VM)[- ](?:level )?snapshots?\b|\bautomated snapshots?\b/i;
const dump =
  /\bpg_dump(?:all)?\b|\b(?:logical|SQL|database|full|nightly|daily|hourly|compressed)\s+(?:\w+\s+)?(?:dumps?|exports?)\b|\blogical backups?\b|\bdumps?\b/i;
const replication =
  /\bstreaming replication\b|\b(?:physical|logical|asynchronous|synchronous|continuous|redis) replication\b|\bhot standby\b|\bread[- ]replicas?\b|\bstreaming (?:standby|replica)\b|\b(?:replica|standby) (?:in|streams|follows|receives)\b/i;
const anyBackup = /\bback(?:ed|s|ing)?[- ]?ups?\b|\bsnapshots?\b|\bsnapshotted\b/i;
const configuration =
  /\bconfig(?:uration)?s?\b(?!\s+(?:of|for)\s+(?:the\s+)?(?:replica|backup))|(?<![\w.])\.env\b|\bdocker-compose\.ya?ml\b|\bsecrets?\b|\binfrastructure[- ]as[- ]code\b/i;
/** Data that no objective of a database speaks of. */
const otherData =
  /\b(?:uploaded|(?:user|file) uploads|attachments?|images?|media|documents|file ?shares?|home director\w+|mail(?:box\w*)?|reports?|logs|source code|artifacts?|containers?|registry|wiki|tickets?|laptops?|workstations?|mysql|mariadb|mongo\w*|oracle|mssql|sql server|cassandra|elastic\w*|opensearch|kafka|rabbitmq|etcd|clickhouse|influx\w*)\b/i;
const database = /\b(?:database|postgres\w*|DB|SQL|cluster)\b/i;
const redis = /\bredis\b|\bRDB\b|\bAOF\b|\bBGSAVE\b|\bvalkey\b/i;

/** Undefined where a text speaks of no mechanism. */
export function subjectOf(text: string): Subject | undefined {
  const store = storeOf(text);
  if (store === "database" && isAboutOtherData(text)) return undefined;
  if (store === "redis") {
    if (/\bBGSAVE\b|\bRDB\b|\bdump\.rdb\b|\bAOF\b.*\b(?:cop|upload|ship)|\bredis-cli --rdb\b/i.test(text))
      return { kind: "dump", store };
    if (replication.test(text)) return { kind: "replication", store };
    return anyBackup.test(text) || dump.test(text) ? { kind: "dump", store } : undefined;
  }
  if (walArchive.test(text)) return { kind: "wal-archive", store: "database" };
  if (baseBackup.test(text)) return { kind: "base-backup", store: "database" };
  if (dump.test(text)) return { kind: "dump", store: "database" };
  if (replication.test(text)) return { kind: "replication", store: "database" };
  if (store === "configuration") return { kind: "backup", store };
  return anyBackup.test(text) ? { kind: "backup", store: "database" } : undefined;
}

/** Parts of a sentence that speak of different mechanisms: `WAL is archived and base backups run nightly` are two. */
export function partsByMechanism(sentence: string): string[] {
  const named = [walArchive, baseBackup, dump, replication].filter((pattern) => pattern.test(sentence));
  if (named.length < 2) return [sentence];
  const parts: string[] = [];
  for (const piece of sentence.split(/(?<=[,;])\s+|\s+(?=(?:and|while|plus|whereas)\s)/)) {
    const last = parts.at(-1);
    const kind = subjectOf(piece)?.kind;
    const isNew =
      last !== undefined &&
      kind !== undefined &&
      subjectOf(last) !== undefined &&
      subjectOf(last)?.kind !== kind;
    if (last === undefined || isNew) parts.push(piece);
    else parts[parts.length - 1] = `${last} ${piece}`;
  }
  return parts;
}

/** The subject of a heading or a row that stands below one about backups and names only what is kept: `Redis`, `Config files`. */
export function subjectOfKept(text: string): Subject | undefined {
  return subjectOf(text) ?? (storeOf(text) === "database" ? undefined : subjectOf(`${text} backup`));
}

/** It names data, and not the database's. */
export function isAboutOtherData(text: string): boolean {
  return otherData.test(text.replace(/\b(?:transaction|WAL) logs?\b/gi, "")) && !database.test(text);
}

/** It says nothing of which data is meant, so that what is said above it counts. */
export function namesNoData(text: string): boolean {
  return (
    database.test(text) ||
    /^(?:(?:the|our|automated|automatic|manual|regular|scheduled|daily|nightly|hourly|weekly|monthly|full|incremental|differential|schedules?|policy|policies|overview|strategy|plan|jobs?|retention|frequency|storage|scripts?|details|summary|general|methods?|cron|crontab|timers?|primary|what we do|how it works|data|on|off|site|local|remote|and|of|&|,|backups?)[\s-]*)*$/i.test(
      text.trim(),
    )
  );
}

/** Configuration only where nothing says database: a `pg_dump` of the configuration tables is a dump of the database. */
function storeOf(text: string): Store {
  if (redis.test(text) || /^(?:replicaof|slaveof)\b/i.test(text)) return "redis";
  return configuration.test(text) && !/\bdatabase\b|\bpostgres/i.test(text) ? "configuration" : "database";
}

/** WAL is archived by the server, and a replica follows by itself. */
export function isMadeBySchedule(subject: Subject | undefined): boolean {
  return subject !== undefined && subject.kind !== "wal-archive" && subject.kind !== "replication";
}

/** A line of a configuration file or a command that makes a server a replica, or waits for one. */
export function setsUpReplica(line: string): boolean {
  return /^(?:-c\s+)?(?:primary_conninfo|recovery_min_apply_delay|synchronous_standby_names)\s*[=:]|^(?:replicaof|slaveof)\s+\S+\s+\d+/i.test(
    line,
  );
}

/** A command that fills a replica instead of keeping a backup. */
export function seedsReplica(command: string, headings: readonly string[]): boolean {
  if (!/\bpg_basebackup\b|\bpgbackrest\b.*--type=standby/.test(command)) return false;
  const place = headings.join(" ");
  return (
    /\s-\w*R\b|--write-recovery-conf\b|--type=standby/.test(command) ||
    (/\breplica|\bstandby|\breplication/i.test(place) && !/\bbackup/i.test(headings.at(-1) ?? ""))
  );
}
