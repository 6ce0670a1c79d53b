CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD '${REPLICATION_SECRET}';
SELECT pg_create_physical_replication_slot('postgres_replica', immediately_reserve => true);
