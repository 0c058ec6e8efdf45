-- Tables of coordination.url=jdbc:postgresql://... (format 1). Ready for Flyway and Liquibase; repeating it changes nothing.

create table if not exists coordination_namespace (
    name varchar(120) collate "C" primary key,
    store_format integer not null,
    store_id varchar(40) not null
);

create table if not exists coordination_session (
    id varchar(64) collate "C" primary key,
    namespace varchar(120) collate "C" not null,
    ttl bigint not null,
    expires_at bigint not null,
    swept integer not null
) with (fillfactor = 50);

create table if not exists coordination_queue (
    directory varchar(370) collate "C" primary key,
    label text not null,
    counter bigint not null,
    valid_until bigint not null,
    entries text not null
) with (fillfactor = 50);

create table if not exists coordination_entry (
    directory varchar(370) collate "C" not null,
    id varchar(120) collate "C" not null,
    label text not null,
    session_id varchar(64) collate "C",
    create_revision bigint not null,
    revision bigint not null,
    content text not null,
    primary key (directory, id)
);

create index if not exists coordination_entry_session on coordination_entry (session_id);
