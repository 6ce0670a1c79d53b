import { expect, test } from "vitest";
import { interactiveProgram } from "./interactive-program.ts";

test.each([
  ["psql", "psql"],
  ["psql -h db -U u mydb", "psql"],
  ["PGPASSWORD=x /usr/bin/psql 'host=db user=u'", "psql"],
  ["redis-cli -h db -p 6379 -a secret --no-auth-warning", "redis-cli"],
  ["bash", "bash"],
  ["sudo su - postgres", "su"],
  ["sudo -iu postgres", "sudo"],
  ["sudo -u postgres psql", "psql"],
  ["ssh -i key -o StrictHostKeyChecking=no ops@db1", "ssh"],
  ["ssh db1 sudo -u postgres psql", "psql"],
  ["docker compose -f x.yml exec -T -u postgres db psql", "psql"],
  ["docker exec -i -u postgres db psql", "psql"],
  ["kubectl -n prod exec -i pod -c db -- psql -U u", "psql"],
])("%s is typed into, from a here-document if need be", (command, name) => {
  expect(interactiveProgram(command)).toMatchObject({ name });
  expect(interactiveProgram(command)?.needsTerminal).toBeUndefined();
});

test.each([
  ["docker-compose exec -u postgres db psql", "docker-compose exec without -T needs a terminal"],
  ["docker compose exec db bash", "docker compose exec without -T needs a terminal"],
  ["docker exec -it db psql", "docker exec with -t needs a terminal"],
  ["kubectl exec -it pod -- bash", "kubectl exec with -t needs a terminal"],
  ["docker exec db psql", "docker exec without -i takes no input"],
])("%s is typed into at a terminal only", (command, why) => {
  expect(interactiveProgram(command)?.needsTerminal).toContain(why);
});

test.each([
  "ls",
  "psql -c 'SELECT 1'",
  "psql -Atc 'SELECT 1'",
  "psql -f x.sql",
  "psql --command='SELECT 1'",
  "psql < x.sql",
  "psql | cat",
  "cd x && psql",
  "psql # look",
  "redis-cli PING",
  "redis-cli -h db INFO replication",
  "bash failover.sh",
  "bash -c ls",
  "sudo systemctl stop x",
  "su - postgres -c 'pg_ctl promote'",
  "ssh db1 pg_ctl promote",
  "docker-compose exec -T db pg_ctl promote",
  "docker-compose up -d",
  "exec bash",
  "psql 'unfinished",
  "",
])("%s is not, or not plainly", (command) => {
  expect(interactiveProgram(command)).toBeUndefined();
});
