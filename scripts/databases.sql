-- Run once by Postgres, when its volume is new: two databases, each with an owner of its own who
-- can connect to nothing else. `airflow` holds Airflow's metadata, `wirewatch` the ledger.
\getenv airflow_password AIRFLOW_DATABASE_PASSWORD
\getenv ledger_password LEDGER_PASSWORD
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE wirewatch LOGIN PASSWORD :'ledger_password';
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE wirewatch OWNER wirewatch;
REVOKE CONNECT ON DATABASE airflow, wirewatch, postgres FROM PUBLIC;
