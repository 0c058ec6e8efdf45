-- Tables of coordination.url=jdbc:h2:... (format 1). Ready for Flyway and Liquibase; repeating it changes nothing.

create table if not exists coordination_namespace (
    name varchar(120) primary key,
    store_format integer not null,
    store_id varchar(40) not null
);

create table if not exists coordination_session (
    id varchar(64) primary key,
    namespace varchar(120) not null,
    ttl bigint not null,
    expires_at bigint not null,
    swept integer not null
);

create table if not exists coordination_queue (
    directory varchar(370) primary key,
    label varchar not null,
    counter bigint not null,
    valid_until bigint not null,
    entries varchar not null
);

create table if not exists coordination_entry (
    directory varchar(370) not null,
    id varchar(120) not null,
    label varchar not null,
    session_id varchar(64),
    create_revision bigint not null,
    revision bigint not null,
    content varchar not null,
    primary key (directory, id)
);

create index if not exists coordination_entry_session on coordination_entry (session_id);
