import { proof } from "../../src/authoring/proof.ts";
import { killNode } from "../../src/fault/kill-node.ts";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { failover } from "../failover-story.ts";
import { all, documentedDatabase, documentedRedis, replacing } from "../runbook-edits.ts";

// Were "unknown, therefore missed" enough, the documents would be refuted as well. What is met is judged by rates: it needs the machine.

const system = abtpro();

const healthy =
  "curl -fsS --retry 50 --retry-all-errors --retry-delay 0 --retry-max-time 20 http://backend:8000/health";

export const repairedDatabaseFailover = proof(
  "A repaired copy of the documented database failover, without any attribute, is met",
  {
    system,
    runbook: {
      reference: documentedDatabase,
      edit: all(
        replacing(
          'exec postgres-replica psql -U abtuser -c "SELECT',
          'exec postgres-replica psql -U abtuser -d abtpro_db -c "SELECT',
        ),
        replacing(
          "docker-compose exec postgres-replica pg_ctl promote\n\n# 3. Update DATABASE_URL",
          "docker-compose exec -u postgres postgres-replica pg_ctl promote\n\n# 3. Update DATABASE_URL",
        ),
        replacing(
          "DATABASE_URL=postgresql://abtuser:password@replica:5432/abtpro_db",
          "sed -i 's/@postgres:/@postgres-replica:/' .env",
        ),
        replacing(
          "docker-compose restart backend celery-worker celery-beat",
          "docker-compose up -d --no-deps --force-recreate backend celery-worker celery-beat",
        ),
        replacing(
          'docker-compose exec postgres psql -U abtuser -c "CREATE TABLE failover_test',
          'docker-compose exec postgres-replica psql -U abtuser -d abtpro_db -c "CREATE TABLE failover_test',
        ),
        replacing(
          'docker-compose exec postgres psql -U abtuser -c "DROP TABLE failover_test;"',
          `docker-compose exec postgres-replica psql -U abtuser -d abtpro_db -c "DROP TABLE failover_test;"\n${healthy}`,
        ),
      ),
    },
    expect: { verdict: "met" },
  },
  failover(killNode("postgres")),
);

export const repairedRedisFailover = proof(
  "A repaired copy of the documented Redis failover, without any attribute, is met",
  {
    system,
    runbook: {
      reference: documentedRedis,
      edit: all(
        replacing(
          "docker-compose exec redis-replica redis-cli INFO replication",
          "set -a; . ./.env; set +a; export REDISCLI_AUTH=$REDIS_PASSWORD\ndocker-compose exec -e REDISCLI_AUTH redis-replica redis-cli INFO replication",
        ),
        replacing(
          "docker-compose exec redis-replica redis-cli REPLICAOF NO ONE\n\n# 3. Update REDIS_URL",
          "docker-compose exec -e REDISCLI_AUTH redis-replica redis-cli REPLICAOF NO ONE\ndocker-compose exec -e REDISCLI_AUTH redis-replica redis-cli CONFIG REWRITE\n\n# 3. Update REDIS_URL",
        ),
        replacing(
          "REDIS_URL=redis://redis-replica:6379/0",
          "unset REDIS_URL DATABASE_URL\nsed -i 's/@redis:/@redis-replica:/' .env",
        ),
        replacing(
          "docker-compose restart celery-worker celery-beat",
          `docker-compose up -d --no-deps --force-recreate backend celery-worker celery-beat\n\n# 5. Verify writes\n${healthy}/redis`,
        ),
      ),
    },
    expect: { verdict: "met" },
  },
  failover(killNode("redis")),
);
